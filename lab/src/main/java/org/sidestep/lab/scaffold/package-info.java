/** Plugin projects: begun from the examples, and built when their sources have changed. */
package org.sidestep.lab.scaffold;
