package io.tenure.sanlock;

/**
 * A resource and how it is wanted.
 *
 * @param resource the resource
 * @param mode how
 */
public record LeaseClaim(Resource resource, LeaseMode mode) {}
