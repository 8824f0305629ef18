import { describe, expect, it } from 'vitest';
import { errorsIn } from './typecheck.mjs';

const OUTPUT = `shared/a.ts(1,7): error TS2322: Type 'string' is not assignable to type 'number'.
app/engine/run.ts(20,3): error TS2345: Argument of type '{}' is not assignable.
  Property 'slot' is missing.
app/engine-room.ts(2,1): error TS2304: Cannot find name 'x'.
`;
const firstLines = (paths: string[]) => errorsIn(OUTPUT, paths).map((error) => error.split('(')[0]);

describe('the filter of type errors', () => {
  it('keeps every error if no path is given', () => {
    expect(firstLines([])).toEqual(['shared/a.ts', 'app/engine/run.ts', 'app/engine-room.ts']);
  });

  it('keeps the errors of one file with their indented lines', () => {
    expect(errorsIn(OUTPUT, ['app/engine/run.ts'])).toEqual([
      "app/engine/run.ts(20,3): error TS2345: Argument of type '{}' is not assignable.\n  Property 'slot' is missing.",
    ]);
  });

  it('keeps the errors below a folder, not of a name that begins like the folder', () => {
    expect(firstLines(['app/engine'])).toEqual(['app/engine/run.ts']);
  });

  it('keeps nothing for a file without errors', () => {
    expect(firstLines(['main/main.ts'])).toEqual([]);
  });
});
