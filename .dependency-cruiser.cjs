/** Who may import whom, among the repository's folders and the packages. scripts/import-rules.mjs runs it. */

const TESTS = '\\.test\\.tsx?$|/testing/|/testing\\.ts$';
const PARTS = [
  'base',
  'network',
  'crew-file',
  'engine',
  'hosts',
  'knowledge',
  'models',
  'tools',
  'main-tools',
  'reports',
];
const PARTS_AND = (...more) => [...PARTS, ...more].map((part) => `^app/${part}/`);
const FILES = '^(shared|app|main|preload|renderer|e2e|chaos|bench|scripts)/';

/** What every part of the controller may use. */
const CONTROL_BASE = [
  '^shared/control/base/',
  '^shared/(run|scheduler|crew|expressions|slot|tools)/',
  '^shared/[^/]+\\.ts$',
];

/** Files of `from` import no files of ours but those that match one of `allowed`. */
const only = (name, from, allowed) => ({
  name,
  severity: 'error',
  from: { path: from, pathNot: TESTS },
  to: { path: FILES, pathNot: allowed },
});

/** Files of one folder of the window import only those folders of the window that match one of `allowed`. */
const inWindow = (name, from, allowed) => ({
  name,
  severity: 'error',
  from: { path: from, pathNot: TESTS },
  to: { path: '^renderer/', pathNot: allowed },
});

const noPackage = (name, from, packages) => ({
  name,
  severity: 'error',
  from,
  to: { path: packages.map((one) => `(^|/)node_modules/${one}/|^${one}$`) },
});

const noNode = (name, from) => ({
  name,
  severity: 'error',
  from: { path: from, pathNot: TESTS },
  to: { dependencyTypes: ['core'] },
});

module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    only('shared-stands-alone', '^shared/', ['^shared/']),
    only('control-base-knows-no-machine', '^shared/control/base/', CONTROL_BASE),
    {
      name: 'control-machines-know-no-other-machine',
      severity: 'error',
      // Virtual time runs the machines together.
      from: { path: '^shared/control/(?!virtual/)([^/]+)/', pathNot: TESTS },
      to: { path: FILES, pathNot: ['^shared/control/$1/', ...CONTROL_BASE] },
    },
    {
      name: 'control-is-above-run-and-scheduler',
      severity: 'error',
      from: { path: '^shared/(run|scheduler|crew|slot)/', pathNot: TESTS },
      to: { path: '^shared/control/' },
    },
    only('tools-are-described-alone', '^shared/tools/', ['^shared/tools/']),
    ...PARTS.map((part) =>
      only(`app-${part}-knows-shared-and-base-alone`, `^app/${part}/`, [
        '^shared/',
        '^app/base/',
        // Those that reach the network do it through the same proxies.
        ...(['models', 'tools', 'main-tools'].includes(part) ? ['^app/network/'] : []),
        `^app/${part}/`,
      ]),
    ),
    {
      name: 'base-needs-no-package',
      severity: 'error',
      from: { path: '^app/base/', pathNot: TESTS },
      to: { dependencyTypesNot: ['local', 'core'] },
    },
    only('app-slot', '^app/slot/', ['^shared/', '^app/(base|slot|models|tools)/']),
    only('app-launch-joins-the-parts', '^app/launch/', ['^shared/', ...PARTS_AND('launch')]),
    only('app-cli', '^app/cli/', ['^shared/', ...PARTS_AND('launch', 'cli')]),
    only('main', '^main/', ['^shared/', '^main/', ...PARTS_AND('launch')]),
    only('preload', '^preload/', ['^shared/', '^preload/']),
    // The window exports the timeline as the drawing that reports contain.
    only('renderer', '^renderer/', ['^shared/', '^app/reports/svg/timeline-svg\\.ts$', '^renderer/']),
    inWindow('window-base', '^renderer/base/', ['^renderer/base/']),
    inWindow('window-state', '^renderer/state/', ['^renderer/(base|state)/']),
    inWindow('window-features-know-no-other-feature', '^renderer/features/([^/]+)/', [
      '^renderer/(base|state)/',
      '^renderer/features/$1/',
    ]),
    only('bench-measures-the-engine', '^bench/', ['^shared/', '^app/(base|engine|hosts|models)/', '^bench/']),
    {
      name: 'shared-uses-pure-packages-only',
      severity: 'error',
      from: { path: '^shared/', pathNot: TESTS },
      to: {
        dependencyTypesNot: ['local', 'core'],
        pathNot: '(^|/)node_modules/(zod|picomatch|@types/picomatch|@marcbachmann/cel-js)/|^shared/',
      },
    },
    noNode('shared-without-node', '^shared/'),
    noNode('reports-without-node', '^app/reports/'),
    noNode('renderer-without-node', '^renderer/'),
    noPackage(
      'electron-is-for-main-and-preload',
      { pathNot: ['^main/', '^preload/', '^e2e/', '^scripts/electron-default-app'] },
      ['electron'],
    ),
    noPackage('react-is-for-the-renderer', { pathNot: '^renderer/' }, ['react', 'react-dom', 'reactflow']),
    {
      name: 'nothing-needs-a-test',
      severity: 'error',
      from: { pathNot: [TESTS, '^e2e/', '^chaos/', '^bench/'] },
      to: { path: TESTS },
    },
    {
      name: 'everything-resolves',
      severity: 'error',
      // The benchmark's peers are installed by `npm run bench`, in `bench/` only.
      from: { pathNot: '^bench/peers/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js'],
    },
  },
};
