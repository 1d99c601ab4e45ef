package io.tenure.sim;

import java.util.List;

/** What the hosts do whose schedules are all gone through. */
enum Script {
    /** Two hosts want the same generation, and a third closes it. */
    TWO_JOBS_AND_A_FENCE(Item.Kind.FENCE),
    /** Two hosts want the same generation, and a third finds out what became of one. */
    TWO_JOBS_AND_A_RECON(Item.Kind.RECON),
    /** Two hosts change the record alone; the second then finds out what became of its change. */
    TWO_UPDATES_AND_A_RECON(Item.Kind.UPDATE),
    /** One host works; another finds out what became of that, and then works itself. */
    A_JOB_A_RECON_AND_THE_NEXT_JOB(Item.Kind.STAMP),
    /** One host works, and looks what became of that; another works, too. */
    A_JOB_A_LOOK_AND_ANOTHER_JOB(Item.Kind.LOOK),
    /** One host gives the storage back; another finds out what became of that, and then works. */
    A_DISCARD_A_RECON_AND_THE_NEXT_JOB(Item.Kind.STAMP),
    /** One host tries again and again, and then asks what became of its first job. */
    FOUR_JOBS_A_LOOK_AND_A_RECON(Item.Kind.RECON);

    private final Item.Kind third;

    Script(Item.Kind third) {
        this.third = third;
    }

    /** The jobs of each host. */
    List<List<Item>> items() {
        if (this == A_JOB_A_RECON_AND_THE_NEXT_JOB || this == A_DISCARD_A_RECON_AND_THE_NEXT_JOB) {
            Item.Kind first = this == A_JOB_A_RECON_AND_THE_NEXT_JOB ? third : Item.Kind.DISCARD;
            return List.of(
                    List.of(new Item(1, first, Truth.BASE, 0)),
                    List.of(
                            new Item(2, Item.Kind.RECON, Truth.BASE, 1),
                            new Item(3, third, Truth.BASE + 1, 0)));
        }
        if (this == A_JOB_A_LOOK_AND_ANOTHER_JOB) {
            return List.of(
                    List.of(
                            new Item(1, Item.Kind.STAMP, Truth.BASE, 0),
                            new Item(3, third, Truth.BASE, 1)),
                    List.of(new Item(2, Item.Kind.STAMP, Truth.BASE, 0)));
        }
        if (this == FOUR_JOBS_A_LOOK_AND_A_RECON) {
            return List.of(
                    List.of(
                            new Item(1, Item.Kind.STAMP, Truth.BASE, 0),
                            new Item(2, Item.Kind.STAMP, Truth.BASE, 0),
                            new Item(3, Item.Kind.STAMP, Truth.BASE, 0),
                            new Item(4, Item.Kind.STAMP, Truth.BASE, 0),
                            new Item(5, Item.Kind.LOOK, Truth.BASE, 1),
                            new Item(6, third, Truth.BASE, 1)));
        }
        if (this == TWO_UPDATES_AND_A_RECON) {
            return List.of(
                    List.of(new Item(1, Item.Kind.UPDATE, Truth.BASE, 0)),
                    List.of(
                            new Item(2, Item.Kind.UPDATE, Truth.BASE, 0),
                            new Item(3, Item.Kind.RECON, Truth.BASE, 2)));
        }
        return List.of(
                List.of(new Item(1, Item.Kind.STAMP, Truth.BASE, 0)),
                List.of(new Item(2, Item.Kind.STAMP, Truth.BASE, 0)),
                List.of(new Item(3, third, Truth.BASE, 1)));
    }
}
