// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import java.util.List;

/**
 * What an access token says about whom it stands for.
 *
 * @param user the user's SID in text form, null where the system does not tell
 * @param groups the SIDs of the enabled groups
 * @param integrity the relative identifier of the integrity level, such as 0x2000 for medium, or -1
 * @param elevation 1 when elevated, 0 when not, or -1
 * @param level what may be done in the user's name, 0 anonymous to 3 delegation, or -1 for a process's own token
 */
public record TokenFacts(String user, List<String> groups, int integrity, int elevation, int level) {
}
