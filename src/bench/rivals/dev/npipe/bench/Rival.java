// SPDX-License-Identifier: Apache-2.0
package dev.npipe.bench;

import com.github.dockerjava.transport.NamedPipeSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import org.scalasbt.ipcsocket.Win32NamedPipeServerSocket;
import org.scalasbt.ipcsocket.Win32NamedPipeSocket;
import org.scalasbt.ipcsocket.Win32SecurityLevel;

/** What else connects Java to named pipes: sockets that block. */
enum Rival {

  /** ipcsocket as it comes, through JNA. */
  IPCSOCKET {
    @Override
    ServerSocket listen(String path) throws IOException {
      return new Win32NamedPipeServerSocket(path);
    }

    @Override
    Socket connect(String path) throws IOException {
      return connectPatiently(() -> new Win32NamedPipeSocket(path));
    }
  },

  /** ipcsocket through its own native library. */
  IPCSOCKET_JNI {
    @Override
    ServerSocket listen(String path) throws IOException {
      return new Win32NamedPipeServerSocket(path, true, Win32SecurityLevel.LOGON_DACL);
    }

    @Override
    Socket connect(String path) throws IOException {
      return connectPatiently(() -> new Win32NamedPipeSocket(path, true));
    }
  },

  /** The socket that docker-java's HTTP clients run on. It has no server. */
  DOCKER_JAVA {
    @Override
    ServerSocket listen(String path) {
      throw new UnsupportedOperationException("docker-java has no server");
    }

    @Override
    Socket connect(String path) throws IOException {
      Socket socket = new NamedPipeSocket(path);
      socket.connect(new InetSocketAddress("localhost", 0));
      return socket;
    }
  };

  private static final long CONNECT_MILLIS = 10_000;
  private static final long RETRY_NANOS = 1_000_000;

  static Rival named(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  abstract ServerSocket listen(String path) throws IOException;

  abstract Socket connect(String path) throws IOException;

  private interface Connect {
    Socket connect() throws IOException;
  }

  /** ipcsocket's server has an instance only while it accepts; its client fails at once where there is none. */
  private static Socket connectPatiently(Connect connect) throws IOException {
    long giveUp = System.nanoTime() + CONNECT_MILLIS * 1_000_000;
    while (true) {
      try {
        return connect.connect();
      } catch (IOException e) {
        if (System.nanoTime() > giveUp) {
          throw e;
        }
        LockSupport.parkNanos(RETRY_NANOS);
      }
    }
  }
}
