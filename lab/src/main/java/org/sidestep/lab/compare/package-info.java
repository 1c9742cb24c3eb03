/** What two results have in common, and what not. */
package org.sidestep.lab.compare;
