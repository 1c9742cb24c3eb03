/** YAML that knows where each piece of it stands, so that every complaint can say so. */
package org.sidestep.lab.yaml;
