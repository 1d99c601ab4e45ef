package io.tenure.bindings.uring;

/** Flags of io_uring_setup(2) that the headers of some supported systems do not have yet. */
final class NewerSetupFlags {
    /** There is no array between the submission ring and its entries; Linux 6.6. */
    static final int IORING_SETUP_NO_SQARRAY = 1 << 16;

    private NewerSetupFlags() {}
}
