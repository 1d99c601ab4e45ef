package io.tenure.sim;

/** What can be broken on purpose, to see that the simulator finds it. */
public enum Mutation {
    /** Data is not flushed before the commit. */
    DATA_FLUSH_LEFT_OUT,
    /** Records are written without a flush. */
    RECORD_FLUSH_LEFT_OUT,
    /** The flush of the data comes after the commit. */
    COMMIT_BEFORE_FLUSH,
    /** The lease is acquired after the record was validated. */
    LEASE_AFTER_RECORD,
    /** The leases are released while requests are in flight. */
    RELEASE_BEFORE_DRAIN,
    /** The generation that a job expects is not compared with that on storage. */
    GENERATION_NOT_COMPARED,
    /** The leader record is not read before the commit. */
    LEADER_NOT_READ,
    /** New work begins although a host may still have writes under way. */
    QUARANTINE_IGNORED,
    /** A record has one copy, which is written over. */
    SINGLE_RECORD_COPY,
    /** A record is written into one of its copies alone. */
    SECOND_COPY_LEFT_OUT,
    /** The leader record is not read between the two copies. */
    SECOND_LOOK_LEFT_OUT,
    /** A record's write is based on what stands there after the look at the leader record. */
    BASE_READ_AFTER_LOOK,
    /** What was cut off between the two copies is believed as it is. */
    HALF_A_RECORD_BELIEVED
}
