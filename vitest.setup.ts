/** Makes property tests draw the same cases every time; FAST_CHECK_SEED=N draws others. */
import fc from "fast-check";

fc.configureGlobal({ seed: Number(process.env.FAST_CHECK_SEED ?? 1) });
