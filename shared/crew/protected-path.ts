import { isRepositoryMetadata, isShortName, plainName } from './plain-name.ts';

/**
 * Why a run cannot write to a path.
 * - `git`: the metadata of a repository.
 * - `crewlane`: Crewlane's own folder in a workspace.
 * - `crew_file`: a crew file, which a person would run later.
 * - `acted_on`: a name that other programs act on, in a folder that Crewlane did not create.
 */
export type Protected = 'git' | 'crewlane' | 'crew_file' | 'acted_on';

export const CREWLANE_FOLDER = '.crewlane';

/**
 * Returns why a run cannot write to a path below its workspace, or null if it can.
 * @param isGuarded the workspace is a folder that Crewlane did not create, and no person has allowed every name in it
 */
export function protectedPath(path: string, isGuarded = false): Protected | null {
  const steps = path.split(/[/\\]/).filter((step) => step !== '' && step !== '.');
  if (steps.some(isRepositoryMetadata)) return 'git';
  const names = steps.map(plainName);
  if (names.some((name) => name === CREWLANE_FOLDER || /^crewla~\d/.test(name))) return 'crewlane';
  const file = names.at(-1) ?? '';
  if (file.endsWith('.crew.json')) return 'crew_file';
  if (!isGuarded) return null;
  const isActedOn = steps.some((step, index) => isActedOnFolder(step, names[index] ?? '')) || isActedOnFile(file);
  return isActedOn ? 'acted_on' : null;
}

/** Describes a protected path in answers and messages. */
export function protectedText(kind: Protected): string {
  switch (kind) {
    case 'git':
      return 'the metadata of a repository (.git)';
    case 'crewlane':
      return 'the folder .crewlane';
    case 'crew_file':
      return 'crew files (*.crew.json)';
    case 'acted_on':
      return 'names that other programs act on, in a folder that Crewlane did not create (names that begin with a dot, package.json, Makefile, *.sh and so on)';
  }
}

function isActedOnFolder(step: string, name: string): boolean {
  return name.startsWith('.') || name === '' || isShortName(step) || FOLDERS.has(name);
}

function isActedOnFile(name: string): boolean {
  const extension = /\.[^.]+$/.exec(name)?.[0] ?? '';
  return FILES.has(name) || EXTENSIONS.has(extension) || PATTERNS.some((pattern) => pattern.test(name));
}

const FOLDERS = words('node_modules hooks autostart launchagents launchdaemons startup');

/** Files that build tools, package managers, continuous integration, editors and shells read and act on. */
const FILES = words(`
  package.json package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml pnpm-workspace.yaml bun.lock bun.lockb
  deno.json deno.jsonc deno.lock lerna.json nx.json turbo.json tsconfig.json jsconfig.json
  makefile gnumakefile bsdmakefile cmakelists.txt justfile rakefile gemfile gemfile.lock podfile fastfile brewfile
  vagrantfile dockerfile containerfile jenkinsfile procfile earthfile tiltfile
  azure-pipelines.yml azure-pipelines.yaml bitbucket-pipelines.yml appveyor.yml cloudbuild.yaml buildspec.yml
  lefthook.yml lefthook.yaml taskfile.yml taskfile.yaml docker-compose.yml docker-compose.yaml compose.yml compose.yaml
  setup.py setup.cfg pyproject.toml conftest.py sitecustomize.py usercustomize.py noxfile.py tox.ini pytest.ini pipfile
  pipfile.lock poetry.lock uv.lock cargo.toml cargo.lock build.rs go.mod go.sum go.work
  gradlew gradle.properties mvnw pom.xml build.xml build.sbt mix.exs composer.json composer.lock
  flake.nix default.nix shell.nix meson.build build.ninja sconstruct wscript build workspace build.bazel workspace.bazel
  module.bazel configure directory.build.props directory.build.targets
  autoexec.bat autorun.inf desktop.ini authorized_keys crontab
`);

const EXTENSIONS = words(`
  .desktop .service .timer .socket .plist .lnk .url .scf .reg .inf .workflow .command .terminal
  .sh .bash .zsh .fish .csh .ksh .bat .cmd .ps1 .psm1 .psd1 .vbs .vbe .wsf .wsh .hta .exe .com .dll .msi .scr .jar
  .so .dylib .node .pth .mk .cmake .gradle .gemspec .code-workspace .sln .csproj .fsproj .vbproj .vcxproj .iml
`);

const PATTERNS = [/\.config\.[cm]?[jt]s$/, /^(docker|container)file\b/, /\.gradle\.kts$/, /^requirements.*\.txt$/];

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}

/** The maximum number of nested folders in a path. Each file access checks every folder above the file. */
export const MAX_FOLDERS = 64;

/** Whether a path names more folders, one inside the other, than `MAX_FOLDERS`. */
export function isTooDeep(path: string): boolean {
  return path.split(/[/\\]/).filter((step) => step !== '' && step !== '.').length > MAX_FOLDERS + 1;
}
