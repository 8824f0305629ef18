/** Sums the milliseconds spent in some methods of a class, on all its objects, until `end` restores the methods. */
export function timeMethods<T extends object>(prototype: T, names: readonly (keyof T)[]): { end(): number } {
  let spent = 0;
  const originals = names.map((name) => prototype[name]);
  for (const name of names) {
    const original = prototype[name];
    if (typeof original !== 'function') throw new Error(`${String(name)} is not a method.`);
    const timed = function (this: T, ...given: unknown[]): unknown {
      const start = performance.now();
      try {
        return original.apply(this, given);
      } finally {
        spent += performance.now() - start;
      }
    };
    // The replacement has the same signature as the original.
    prototype[name] = timed as T[typeof name];
  }
  return {
    end: () => {
      names.forEach((name, index) => {
        const original = originals[index];
        if (original !== undefined) prototype[name] = original;
      });
      return spent;
    },
  };
}
