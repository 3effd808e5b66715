# SPDX-License-Identifier: Apache-2.0
#
# A Linux machine on which everything here runs: JDK, Wine, and the Windows programs that the tests drive. It serves the
# event bus over a pipe to Windows programs within it; bin/verify passes in it.
#
#   docker build -t npipe .
#   docker run --rm npipe bin/verify
#   docker run --rm npipe
#
# Where no engine can build it, bin/image --replay proves the same steps in a fresh Debian root.
FROM debian:bookworm

RUN apt-get update && \
    apt-get install -y --no-install-recommends ca-certificates curl gcc-mingw-w64-x86-64 npm openjdk-17-jdk-headless \
      unzip wine wine64 && \
    rm -rf /var/lib/apt/lists/*
RUN useradd --create-home --shell /bin/bash npipe

USER npipe
WORKDIR /home/npipe/vertx-named-pipe
COPY --chown=npipe:npipe . .
RUN bin/windows --prepare all
RUN ./mvnw -q -B -DskipTests -Dcheckstyle.skip package

HEALTHCHECK --interval=30s --timeout=20s --start-period=60s \
  CMD bin/windows python src/demo/python/bus.py ping bus
CMD ["/bin/bash", "-c", "exec bin/windows java -jar target/vertx-named-pipe-*-app.jar -conf conf/bridge.json"]
