/** The largest number of tasks in a run, with all instances and the tasks of crew files. */
export const MOST_TASKS = 20_000;
