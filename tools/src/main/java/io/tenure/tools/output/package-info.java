/** What the command shows: one JSON object for programs; lines, tables and progress for people. */
package io.tenure.tools.output;
