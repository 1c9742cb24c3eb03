/** Cells run in several layouts: what they give whatever lies where, and what depends on it. */
package org.sidestep.lab.layout;
