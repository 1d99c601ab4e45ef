/**
 * The verb {@code demo}: the main job shown on real storage, in a temporary folder, with local
 * leases or with two sanlock daemons of its own.
 */
package io.tenure.tools.demo;
