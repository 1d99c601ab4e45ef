package io.tenure.lease;

import java.util.List;

/** What storage says of a lease at one moment. */
public sealed interface LeaseState {
    /** Nobody holds the lease. */
    record Free() implements LeaseState {}

    /**
     * Somebody holds the lease, or may hold it.
     *
     * @param owners who, as far as it can be told
     */
    record Held(List<LeaseOwner> owners) implements LeaseState {
        /**
         * Copies the list.
         *
         * @param owners who, as far as it can be told
         */
        public Held {
            owners = List.copyOf(owners);
        }
    }

    /**
     * It cannot be told. Never to be taken for free.
     *
     * @param why what stands in the way
     */
    record Unknown(String why) implements LeaseState {}
}
