package io.tenure.sim;

import static io.tenure.sim.Item.Kind.DISCARD;
import static io.tenure.sim.Item.Kind.FENCE;
import static io.tenure.sim.Item.Kind.LOOK;
import static io.tenure.sim.Item.Kind.RECON;
import static io.tenure.sim.Item.Kind.STAMP;
import static io.tenure.sim.Item.Kind.UPDATE;

import java.util.List;

/** What the hosts do whose schedules are all gone through. */
enum Script {
    /** Two hosts want the same generation, and a third closes it. */
    TWO_JOBS_AND_A_FENCE,
    /** Two hosts want the same generation, and a third finds out what became of one. */
    TWO_JOBS_AND_A_RECON,
    /** Two hosts change the record alone; the second then finds out what became of its change. */
    TWO_UPDATES_AND_A_RECON,
    /** One host works; another finds out what became of that, and then works itself. */
    A_JOB_A_RECON_AND_THE_NEXT_JOB,
    /** One host works, and looks what became of that; another works, too. */
    A_JOB_A_LOOK_AND_ANOTHER_JOB,
    /** One host gives the storage back; another finds out what became of that, and then works. */
    A_DISCARD_A_RECON_AND_THE_NEXT_JOB,
    /** One host tries again and again, and then asks what became of its first job. */
    FOUR_JOBS_A_LOOK_AND_A_RECON;

    /** The jobs of each host. */
    List<List<Item>> items() {
        return switch (this) {
            case TWO_JOBS_AND_A_FENCE ->
                    List.of(
                            List.of(job(1, STAMP)),
                            List.of(job(2, STAMP)),
                            List.of(about(1, 3, FENCE)));
            case TWO_JOBS_AND_A_RECON ->
                    List.of(
                            List.of(job(1, STAMP)),
                            List.of(job(2, STAMP)),
                            List.of(about(1, 3, RECON)));
            case TWO_UPDATES_AND_A_RECON ->
                    List.of(List.of(job(1, UPDATE)), List.of(job(2, UPDATE), about(2, 3, RECON)));
            case A_JOB_A_RECON_AND_THE_NEXT_JOB ->
                    List.of(List.of(job(1, STAMP)), List.of(about(1, 2, RECON), nextJob(3)));
            case A_JOB_A_LOOK_AND_ANOTHER_JOB ->
                    List.of(List.of(job(1, STAMP), about(1, 3, LOOK)), List.of(job(2, STAMP)));
            case A_DISCARD_A_RECON_AND_THE_NEXT_JOB ->
                    List.of(List.of(job(1, DISCARD)), List.of(about(1, 2, RECON), nextJob(3)));
            case FOUR_JOBS_A_LOOK_AND_A_RECON ->
                    List.of(
                            List.of(
                                    job(1, STAMP),
                                    job(2, STAMP),
                                    job(3, STAMP),
                                    job(4, STAMP),
                                    about(1, 5, LOOK),
                                    about(1, 6, RECON)));
        };
    }

    private static Item job(int number, Item.Kind kind) {
        return new Item(number, kind, Truth.BASE, 0);
    }

    /** Of another job, which expects the same generation. */
    private static Item about(int target, int number, Item.Kind kind) {
        return new Item(number, kind, Truth.BASE, target);
    }

    /** Of a scheduler that knows what a reconnaissance has told. */
    private static Item nextJob(int number) {
        return new Item(number, STAMP, Truth.BASE + 1, 0);
    }
}
