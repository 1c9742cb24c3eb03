/**
 * What a policy is made of that switches threads at user level: the words that it publishes in the UTCB ({@link
 * org.sidestep.kernel.local.PublishedWords}) and the hooks that keep them true ({@link
 * org.sidestep.kernel.local.LocalSwitching}), the check on kernel entry with its fix-up ({@link
 * org.sidestep.kernel.local.EntryCheck}), the switch itself with what completes it when it is interrupted ({@link
 * org.sidestep.kernel.local.StackSwitch}), and the ways to go on in the partner ({@link
 * org.sidestep.kernel.local.ReturnPath}). Policy {@code lazy} is these and its guards.
 */
package org.sidestep.kernel.local;
