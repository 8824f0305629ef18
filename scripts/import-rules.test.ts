import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkImports } from './import-rules.mjs';
import { ROOT } from './root.mjs';

let tree: string;

beforeEach(async () => {
  tree = await mkdtemp(join(tmpdir(), 'import-rules-'));
  await symlink(join(ROOT, 'node_modules'), join(tree, 'node_modules'));
});
afterEach(() => rm(tree, { recursive: true }));

/** Writes the files, and returns the rules that their imports violate. */
async function broken(files: Record<string, string>): Promise<string[]> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(tree, dirname(path)), { recursive: true });
    await writeFile(join(tree, path), text);
  }
  const { modules, violations } = await checkImports(tree);
  expect(modules).toBeGreaterThan(0);
  return violations.map(({ rule }) => rule);
}

const TYPE = 'export type T = 1;\nexport const value = 1;\n';

describe('Import rules', () => {
  it('import rules accept a tree without violations', async () => {
    const files = {
      'shared/a.ts': "import { z } from 'zod';\nexport const a = z.string();\n",
      'app/engine/b.ts':
        "import { a } from '../../shared/a.ts';\nimport { join } from 'node:path';\nexport const b = [a, join];\n",
      'main/c.ts':
        "import { app } from 'electron';\nimport { b } from '../app/engine/b.ts';\nexport const c = [app, b];\n",
      'renderer/d.tsx':
        "import { useState } from 'react';\nimport { a } from '../shared/a.ts';\nexport const d = [useState, a];\n",
    };
    expect(await broken(files)).toEqual([]);
  });

  it('import rules find a part of the application that imports another part', async () => {
    const files = {
      'app/tools/t.ts': TYPE,
      'app/engine/e.ts': "import { value } from '../tools/t.ts';\nexport const e = value;\n",
    };
    expect(await broken(files)).toEqual(['app-engine-knows-shared-and-base-alone']);
  });

  it('import rules find a machine of the controller that imports another, and allow the base and the scheduler', async () => {
    const files = {
      'shared/scheduler/s.ts': TYPE,
      'shared/control/base/b.ts': TYPE,
      'shared/control/limits/l.ts': "import { value } from '../base/b.ts';\nexport const l = value;\n",
      'shared/control/retries/r.ts':
        "import { value } from '../../scheduler/s.ts';\nimport { l } from '../limits/l.ts';\nexport const r = [l, value];\n",
    };
    expect(await broken(files)).toEqual(['control-machines-know-no-other-machine']);
  });

  it('import rules find an import of types only', async () => {
    const files = {
      'app/tools/t.ts': TYPE,
      'app/engine/e.ts': "import type { T } from '../tools/t.ts';\nexport type E = T;\n",
      'app/hosts/h.ts': "import { type T } from '../engine/e.ts';\nexport type H = T;\n",
    };
    expect((await broken(files)).sort()).toEqual([
      'app-engine-knows-shared-and-base-alone',
      'app-hosts-knows-shared-and-base-alone',
    ]);
  });

  it('import rules find an import in a file with JSX', async () => {
    const files = {
      'main/m.ts': TYPE,
      'renderer/r.tsx':
        'import type { T } from \'../main/m.ts\';\nexport const R = ({ t }: { t: T }) => <p className="a">{t} <b /></p>;\n',
    };
    expect(await broken(files)).toEqual(['renderer']);
  });

  it('import rules separate the features of the window and keep its layers in order', async () => {
    const files = {
      'renderer/base/b.ts': "import { value } from '../state/s.ts';\nexport const b = value;\n",
      'renderer/state/s.ts': TYPE,
      'renderer/state/t.ts': "import { value } from '../features/two/f.ts';\nexport const t = value;\n",
      'renderer/features/one/f.ts': "import { value } from '../two/f.ts';\nexport const f = value;\n",
      'renderer/features/one/g.ts':
        "import { f } from './f.ts';\nimport { t } from '../../state/t.ts';\nexport const g = [f, t];\n",
      'renderer/features/two/f.ts': TYPE,
    };
    expect((await broken(files)).sort()).toEqual([
      'window-base',
      'window-features-know-no-other-feature',
      'window-state',
    ]);
  });

  it('import rules find a dynamic import', async () => {
    const files = { 'app/cli/c.ts': TYPE, 'app/slot/s.ts': "export const load = () => import('../cli/c.ts');\n" };
    expect(await broken(files)).toEqual(['app-slot']);
  });

  it('import rules keep Node and Electron out of the renderer', async () => {
    const files = {
      'renderer/a.ts': "import { readFileSync } from 'node:fs';\nexport const a = readFileSync;\n",
      'renderer/b.ts': "import { ipcRenderer } from 'electron';\nexport const b = ipcRenderer;\n",
      'renderer/c.ts': "import { value } from '../main/d.ts';\nexport const c = value;\n",
      'main/d.ts': TYPE,
    };
    expect((await broken(files)).sort()).toEqual([
      'electron-is-for-main-and-preload',
      'renderer',
      'renderer-without-node',
    ]);
  });

  it('import rules keep shared and the reports pure', async () => {
    const files = {
      'shared/a.ts': "import { join } from 'node:path';\nexport const a = join;\n",
      'shared/b.ts': "import { parse } from 'jsonc-parser';\nexport const b = parse;\n",
      'shared/c.ts': "import type { T } from '../app/reports/d.ts';\nexport type C = T;\n",
      'app/reports/d.ts': "import { join } from 'node:path';\nexport type T = 1;\nexport const d = join;\n",
    };
    expect((await broken(files)).sort()).toEqual([
      'reports-without-node',
      'shared-stands-alone',
      'shared-uses-pure-packages-only',
      'shared-without-node',
    ]);
  });

  it('import rules separate the command line and the window', async () => {
    const files = {
      'app/cli/c.ts': TYPE,
      'main/m.ts': "import type { T } from '../app/cli/c.ts';\nexport type M = T;\n",
      'app/launch/l.ts': "import type { M } from '../../main/m.ts';\nexport type L = M;\n",
    };
    expect((await broken(files)).sort()).toEqual(['app-launch-joins-the-parts', 'main']);
  });

  it('import rules separate the benchmark from the application, and the window from the benchmark', async () => {
    const files = {
      'renderer/r.ts': TYPE,
      'bench/b.ts': "import { value } from '../renderer/r.ts';\nexport const b = value;\n",
      'app/engine/e.ts': "import { b } from '../../bench/b.ts';\nexport const e = b;\n",
    };
    expect((await broken(files)).sort()).toEqual([
      'app-engine-knows-shared-and-base-alone',
      'bench-measures-the-engine',
    ]);
  });
});
