/**
 * What every verb of the command has in common: its shape, its exit codes, its failures, what stops
 * it early, and how its words on the command line are read.
 */
package io.tenure.tools.verb;
