# SPDX-License-Identifier: Apache-2.0
#
# Tells a pipe's server who it is, as far as CPython and the system say: lines of name=value, and "end".
#
#   python identity.py PIPE
import ctypes
import os
import sys
from ctypes import wintypes

kernel32 = ctypes.WinDLL('kernel32', use_last_error=True)
kernel32.GetCurrentProcess.restype = wintypes.HANDLE
kernel32.GetProcessTimes.argtypes = [wintypes.HANDLE] + [ctypes.POINTER(wintypes.FILETIME)] * 4

session = wintypes.DWORD()
if not kernel32.ProcessIdToSessionId(os.getpid(), ctypes.byref(session)):
    raise ctypes.WinError(ctypes.get_last_error())
times = [wintypes.FILETIME() for _ in range(4)]
if not kernel32.GetProcessTimes(kernel32.GetCurrentProcess(), *map(ctypes.byref, times)):
    raise ctypes.WinError(ctypes.get_last_error())
start = times[0].dwHighDateTime << 32 | times[0].dwLowDateTime
# In a virtual environment sys.executable is a launcher, which has started this process from elsewhere.
image = getattr(sys, '_base_executable', sys.executable)

with open(sys.argv[1], 'r+b', buffering=0) as pipe:
    pipe.write(f'pid={os.getpid()}\nsession={session.value}\nstart={start}\nimage={image}\nend\n'.encode())
    # Stays until the server has seen enough.
    while pipe.read(1):
        pass
