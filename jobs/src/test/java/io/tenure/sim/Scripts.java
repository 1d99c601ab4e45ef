package io.tenure.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** What the hosts of a schedule are to do. */
final class Scripts {
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
                        item.kind() == Item.Kind.FENCE || item.asks()
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
                switch (random.nextInt(10)) {
                    case 0 -> random.nextBoolean() ? Item.Kind.ZERO : Item.Kind.DISCARD;
                    case 1 -> Item.Kind.UPDATE;
                    case 2 -> Item.Kind.FENCE;
                    case 3, 4 -> Item.Kind.RECON;
                    case 5 -> Item.Kind.LOOK;
                    case 6 -> Item.Kind.SETTLE;
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
