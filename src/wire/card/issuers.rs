//! Who issues cards, by how their numbers begin and how long they are. Not here is UATP, whose numbers begin with a
//! one: so do those of a hundred million users of chats, and an airline's account is hardly typed into one.

/// Issuers: the first number of a prefix, the last of the same length, and the shortest and longest card.
pub(super) const ISSUERS: [(u32, u32, usize, usize); 50] = [
    // Visa; 13 digits are old cards, which are still read out of drawers.
    (4, 4, 13, 13),
    (4, 4, 16, 16),
    (4, 4, 19, 19),
    // Mastercard.
    (51, 55, 16, 16),
    (2_221, 2_720, 16, 16),
    // American Express.
    (34, 34, 15, 15),
    (37, 37, 15, 15),
    // Diners Club.
    (300, 305, 14, 14),
    (300, 305, 16, 16),
    (300, 305, 19, 19),
    (3_095, 3_095, 14, 14),
    (3_095, 3_095, 16, 16),
    (3_095, 3_095, 19, 19),
    (36, 36, 14, 14),
    (36, 36, 16, 16),
    (36, 36, 19, 19),
    (38, 39, 14, 14),
    (38, 39, 16, 16),
    (38, 39, 19, 19),
    // Discover.
    (6_011, 6_011, 16, 19),
    (644, 649, 16, 19),
    (65, 65, 16, 19),
    // UnionPay.
    (62, 62, 16, 19),
    (81, 81, 16, 19),
    // JCB.
    (3_528, 3_589, 16, 19),
    // Maestro, Bancontact.
    (5_018, 5_018, 12, 19),
    (5_020, 5_020, 12, 19),
    (5_038, 5_038, 12, 19),
    (5_893, 5_893, 12, 19),
    (6_304, 6_304, 12, 19),
    (6_390, 6_390, 12, 19),
    (6_759, 6_759, 12, 19),
    (6_761, 6_763, 12, 19),
    (67, 67, 16, 19),
    (56, 58, 16, 16),
    // Dankort.
    (5_019, 5_019, 16, 16),
    // Mir.
    (2_200, 2_204, 16, 19),
    // RuPay.
    (60, 60, 16, 16),
    (508, 508, 16, 16),
    (82, 82, 16, 16),
    // Verve.
    (5_060, 5_061, 16, 19),
    (507_865, 507_964, 16, 19),
    // Elo.
    (504_175, 504_175, 16, 16),
    (506_699, 506_778, 16, 16),
    (509, 509, 16, 16),
    (636_297, 636_297, 16, 16),
    (636_368, 636_368, 16, 16),
    // Troy.
    (9_792, 9_792, 16, 16),
    // UzCard, Humo.
    (8_600, 8_600, 16, 16),
    (9_860, 9_860, 16, 16),
];
