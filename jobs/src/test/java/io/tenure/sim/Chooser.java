package io.tenure.sim;

/** Decides what happens next. */
interface Chooser {
    /** Instead of a choice: the schedule ends here, since what follows is known already. */
    int ABANDON = -1;

    /**
     * Chooses.
     *
     * @param world as it stands
     * @param options what is possible, at least one
     * @return the index of one of them, or {@link #ABANDON}
     */
    int choose(World world, Options options);
}
