//! One test a suite and file. `E` is the place for those whose rows come later than their code.
