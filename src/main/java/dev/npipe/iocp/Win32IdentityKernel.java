// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import dev.npipe.win32.AccessToken;
import dev.npipe.win32.CurrentUser;
import dev.npipe.win32.Impersonation;
import dev.npipe.win32.Kernel32;
import dev.npipe.win32.PeerProcess;
import dev.npipe.win32.ProcessFacts;
import dev.npipe.win32.SecurityDescriptor;
import dev.npipe.win32.Sid;

/**
 * What Windows says about processes and users. Has no state.
 */
final class Win32IdentityKernel implements IdentityKernel {

  @Override
  public long systemTime() {
    return ProcessFacts.systemTime();
  }

  @Override
  public long peerSessionId(long pipe, boolean serverEnd) {
    return PeerProcess.session(pipe, serverEnd);
  }

  @Override
  public String clientComputerName(long pipe) {
    return PeerProcess.computerName(pipe);
  }

  @Override
  public String pipeOwner(long pipe) {
    return SecurityDescriptor.ownerOf(pipe);
  }

  @Override
  public long openProcess(long processId) {
    return ProcessFacts.open(processId);
  }

  @Override
  public long processStartTime(long process) {
    return ProcessFacts.startTime(process);
  }

  @Override
  public String processImagePath(long process) {
    return ProcessFacts.imagePath(process);
  }

  @Override
  public long openProcessToken(long process) {
    return AccessToken.ofProcess(process);
  }

  @Override
  public long openThreadToken() {
    return AccessToken.ofThread();
  }

  @Override
  public TokenFacts describe(long token) {
    return new TokenFacts(AccessToken.user(token), AccessToken.groups(token), AccessToken.integrity(token),
        AccessToken.elevation(token), AccessToken.impersonationLevel(token));
  }

  @Override
  public void closeObject(long handle) {
    Kernel32.CloseHandle(handle);
  }

  @Override
  public String accountName(String sid) {
    return Sid.account(sid);
  }

  @Override
  public int impersonateClient(long pipe) {
    return Impersonation.begin(pipe);
  }

  @Override
  public int revertToSelf() {
    return Impersonation.end();
  }

  @Override
  public String defaultOwnerSid() {
    return CurrentUser.owner();
  }

  @Override
  public String logonSid() {
    return CurrentUser.logon();
  }
}
