// Where the rings lie in the shared words: word 0 is raised at every completion, then one block per worker.

/** Raised and notified by workers. */
export const completions = 0;
/** Tasks of one ring, a power of two. */
export const slots = 4096;
/** Word of a block: counters a cache line apart, then the two rings. */
export const words = { submitted: 16, asleep: 32, ended: 48, tasks: 64, results: 64 + slots };
/** Words of one block. */
export const ringWords = 64 + 2 * slots;
