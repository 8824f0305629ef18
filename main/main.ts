import { join } from 'node:path';
import { app, session } from 'electron';
import { ExpressionThread } from '../app/base/expressions/expression-thread.ts';
import { identify } from '../app/engine/locks/process-identity.ts';
import { dataFolders } from '../app/launch/data-folder.ts';
import { tightenDataFolder } from '../app/launch/tighten-data.ts';
import { appCalls, versions } from './app-calls.ts';
import { commandArguments, crewArgument } from './arguments.ts';
import { BackgroundTasks } from './background-tasks.ts';
import { cacheCalls } from './cache-calls.ts';
import { runCommandLine } from './command-line.ts';
import { conversionCalls } from './conversion-calls.ts';
import { Crashes } from './crashes.ts';
import { crewCalls } from './crew-calls.ts';
import { disableRemoteDebugging } from './debugging.ts';
import { Documents } from './documents.ts';
import { answerCalls } from './ipc.ts';
import { keyCalls } from './key-calls.ts';
import { KeyStore } from './keys.ts';
import { memoryCalls } from './memory-calls.ts';
import { AppMenu } from './menu.ts';
import { APP_ORIGIN, APP_PAGE, registerScheme, serveRenderer } from './protocol.ts';
import { Recovery } from './recovery.ts';
import { runCalls } from './run-calls.ts';
import { Runs } from './runs.ts';
import { lockDown } from './security.ts';
import { serverCalls } from './server-calls.ts';
import { type Session, Sessions } from './session.ts';
import { SettingsFile } from './settings.ts';
import { applySystemProxy } from './system-proxy.ts';
import { setTheme } from './theme.ts';
import { Trust } from './trust.ts';
import { trustCalls } from './trust-calls.ts';
import { resolveUserDataDir } from './user-data-dir.ts';
import { warmSlots } from './warm-slots.ts';
import { Windows } from './windows.ts';

disableRemoteDebugging(process.env);
const root = app.getAppPath();
const dist = join(root, 'dist');
const examples = join(root, 'examples');
/** Set only by `npm run dev`: the address of the page with hot reload. */
const devServer = app.isPackaged ? undefined : process.env['CREWLANE_DEV_SERVER'];
const ourPage = (url: string) => url.startsWith(`${devServer ?? APP_ORIGIN}/`);

const folders = dataFolders(resolveUserDataDir(process.argv, process.env));
const command = commandArguments(process.argv, root);
registerScheme();
if (command) void app.whenReady().then(() => runCommandLine(command, root).catch(failCommand));
else if (app.requestSingleInstanceLock()) void app.whenReady().then(start);
else app.quit();

/** Reports a bug in a command and exits: otherwise the process would continue without a window. */
function failCommand(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  app.exit(70);
}

async function start(): Promise<void> {
  tightenDataFolder(folders.root);
  const sessions = new Sessions();
  const settings = new SettingsFile(join(folders.root, 'settings.json'), (message) => {
    for (const one of sessions.all()) one.push('app.error', { message });
  });
  const crashes = new Crashes(() => ({ versions: versions(), settings: settings.get(), runs: folders.runs, root }));
  crashes.watch();
  lockDown(devServer ?? APP_PAGE);
  if (devServer === undefined) serveRenderer(join(dist, 'renderer'));
  const keys = new KeyStore(join(folders.root, 'keys.json'));
  const recovery = new Recovery(join(folders.root, 'recovery'), await identify(process.pid));
  const exported = new Set<string>();
  const work = new BackgroundTasks(join(dist, 'main', 'worker.js'), folders);
  const trust = new Trust(folders);
  await trust.importOldTrust(settings);
  const menu = new AppMenu(() => settings.get().recent);
  const documents = new Documents({
    settings,
    recovery,
    sessions,
    trust,
    work,
    examples,
    recentChanged: () => menu.refresh(),
  });
  await applySystemProxy((url) => session.defaultSession.resolveProxy(url), process.env);
  const slots = warmSlots(join(dist, 'node', 'slot.js'), sessions);
  const evaluator = new ExpressionThread(join(dist, 'node', 'expressions.js'));
  const runs = new Runs({ evaluator, folders, keys, sessions, slots, trust, work });
  const windows = new Windows({
    settings,
    sessions,
    documents,
    recovery,
    work,
    runs,
    crashes,
    dist,
    page: devServer ?? APP_PAGE,
  });

  setTheme(settings.get().theme);
  menu.show(windows);
  answerCalls<Session>(
    {
      ...appCalls({ settings, keys, menu, exported, crashes }),
      ...crewCalls({ documents, examples, work, runs, windows }),
      ...conversionCalls({ documents, runs, settings }),
      ...runCalls({ runs, settings, work, exported }),
      ...keyCalls(keys),
      ...serverCalls({ folders, keys, trust }),
      ...cacheCalls(folders.cache),
      ...memoryCalls(folders),
      ...trustCalls(trust, sessions),
    },
    (sender) => sessions.of(sender),
    ourPage,
  );
  app.on('second-instance', (_event, argv, cwd) => void windows.openFromSystem(crewArgument(argv, root, cwd)));
  app.on('open-file', (event, path) => {
    event.preventDefault();
    void windows.openFromSystem(path);
  });
  app.on('activate', () => {
    if (sessions.all().length === 0) windows.newWindow();
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  await windows.openInitial(crewArgument(process.argv, root, process.cwd()));
}
