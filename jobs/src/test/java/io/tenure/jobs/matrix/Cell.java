package io.tenure.jobs.matrix;

/**
 * One cell of the matrix.
 *
 * @param kind the kind of job
 * @param number which of its operations, from 1
 * @param operation what the operation is
 * @param holding whether the volume's lease is held when it begins
 * @param strike what happens there
 */
record Cell(JobKind kind, int number, String operation, boolean holding, Strike strike) {
    /** Whether it is an operation on the volume's data. */
    boolean onData() {
        return operation.endsWith(" data");
    }

    /** Whether bytes go to the storage with it. */
    boolean writes() {
        return operation.startsWith("write ") || operation.startsWith("zero ");
    }

    /** Where the volume is to lie: only devices can be made slow. */
    JobKind.Place place() {
        return strike == Strike.KILLED_IN_FLIGHT ? JobKind.Place.DEVICE : kind.place();
    }

    /** Whether the operation is one of the storage at all. */
    boolean reachesStorage() {
        return !operation.endsWith(" the daemon");
    }

    /** The same operation, struck otherwise. */
    Cell with(Strike other) {
        return new Cell(kind, number, operation, holding, other);
    }

    @Override
    public String toString() {
        return kind.word() + " " + number + " (" + operation + ") " + strike.words();
    }
}
