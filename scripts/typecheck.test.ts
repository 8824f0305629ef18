import { describe, expect, it } from 'vitest';
import { errorsIn } from './typecheck.mjs';

const OUTPUT = `shared/a.ts(1,7): error TS2322: Type 'string' is not assignable to type 'number'.
app/engine/run.ts(20,3): error TS2345: Argument of type '{}' is not assignable.
  Property 'slot' is missing.
app/engine-room.ts(2,1): error TS2304: Cannot find name 'x'.
`;
const firstLines = (paths: string[]) => errorsIn(OUTPUT, paths).map((error) => error.split('(')[0]);

describe('Type check of some files', () => {
  it('a type check without paths reports every error', () => {
    expect(firstLines([])).toEqual(['shared/a.ts', 'app/engine/run.ts', 'app/engine-room.ts']);
  });

  it('a type check of a file reports its errors with their indented lines', () => {
    expect(errorsIn(OUTPUT, ['app/engine/run.ts'])).toEqual([
      "app/engine/run.ts(20,3): error TS2345: Argument of type '{}' is not assignable.\n  Property 'slot' is missing.",
    ]);
  });

  it('a type check of a folder reports the errors in it, not in a file whose name begins like the folder', () => {
    expect(firstLines(['app/engine'])).toEqual(['app/engine/run.ts']);
  });

  it('a type check of a file without errors reports nothing', () => {
    expect(firstLines(['main/main.ts'])).toEqual([]);
  });
});
