package io.tenure.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** What the hosts of a schedule are to do. */
final class Scripts {
    /** Two hosts want the same generation, and a third closes it. */
    static final List<List<Item>> TWO_JOBS_AND_A_FENCE =
            List.of(
                    List.of(new Item(1, Item.Kind.STAMP, Truth.BASE, 0)),
                    List.of(new Item(2, Item.Kind.STAMP, Truth.BASE, 0)),
                    List.of(new Item(3, Item.Kind.FENCE, Truth.BASE, 1)));

    /** Two hosts want the same generation, and a third finds out what became of one. */
    static final List<List<Item>> TWO_JOBS_AND_A_RECON =
            List.of(
                    List.of(new Item(1, Item.Kind.STAMP, Truth.BASE, 0)),
                    List.of(new Item(2, Item.Kind.STAMP, Truth.BASE, 0)),
                    List.of(new Item(3, Item.Kind.RECON, Truth.BASE, 1)));

    /** Two hosts change the record alone; the second then finds out what became of its change. */
    static final List<List<Item>> TWO_UPDATES_AND_A_RECON =
            List.of(
                    List.of(new Item(1, Item.Kind.UPDATE, Truth.BASE, 0)),
                    List.of(
                            new Item(2, Item.Kind.UPDATE, Truth.BASE, 0),
                            new Item(3, Item.Kind.RECON, Truth.BASE, 2)));

    private Scripts() {}

    /** Two or three hosts, each with one or two jobs on the one volume. */
    static List<List<Item>> random(SplittableRandom random) {
        int hosts = 2 + random.nextInt(2);
        List<List<Item>> scripts = new ArrayList<>();
        int number = 0;
        for (int i = 0; i < hosts; i++) {
            List<Item> script = new ArrayList<>();
            int items = 1 + random.nextInt(2);
            for (int j = 0; j < items; j++) {
                number++;
                script.add(item(random, number));
            }
            scripts.add(script);
        }
        return aimed(scripts, number, random);
    }

    /** With each fence aimed at one of the jobs, at the generation that this expects. */
    private static List<List<Item>> aimed(
            List<List<Item>> scripts, int items, SplittableRandom random) {
        List<Item> all = scripts.stream().flatMap(List::stream).toList();
        List<List<Item>> aimed = new ArrayList<>();
        for (List<Item> script : scripts) {
            List<Item> own = new ArrayList<>();
            for (Item item : script) {
                Item target = all.get(random.nextInt(items));
                own.add(
                        item.kind() == Item.Kind.FENCE || item.kind() == Item.Kind.RECON
                                ? new Item(
                                        item.number(),
                                        item.kind(),
                                        Math.max(Truth.BASE, target.expected()),
                                        target.number())
                                : item);
            }
            aimed.add(own);
        }
        return aimed;
    }

    private static Item item(SplittableRandom random, int number) {
        Item.Kind kind =
                switch (random.nextInt(8)) {
                    case 0 -> Item.Kind.ZERO;
                    case 1 -> Item.Kind.UPDATE;
                    case 2 -> Item.Kind.FENCE;
                    case 3, 4 -> Item.Kind.RECON;
                    default -> Item.Kind.STAMP;
                };
        long expected =
                switch (random.nextInt(8)) {
                    case 0 -> -1;
                    case 1, 2 -> Truth.BASE + 1;
                    default -> Truth.BASE;
                };
        return new Item(number, kind, expected, 0);
    }
}
