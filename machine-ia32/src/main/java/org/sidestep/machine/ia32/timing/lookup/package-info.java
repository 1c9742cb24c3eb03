/**
 * What a core looks up by an address, without any time in it: the tags of its caches, the stores that a load may depend on, where
 * a branch led. Translated code asks it too.
 */
package org.sidestep.machine.ia32.timing.lookup;
