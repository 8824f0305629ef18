import { availableParallelism, totalmem } from 'node:os';
import { PROVIDERS } from '../../shared/crew/providers.ts';
import { originOf } from '../base/origin.ts';
import { proxyFor, shownProxy } from '../base/proxy.ts';
import { findLocalServers } from '../models/discover.ts';
import { modelListSource } from '../models/known-models.ts';
import { type CliContext, EXIT, type ExitCode } from './io.ts';
import { table } from './text.ts';

/** Runs `doctor`: prints what is installed, which providers answer and where data is stored. */
export async function doctor({ io, folders, keyFor, examples, versions }: CliContext): Promise<ExitCode> {
  const installed = Object.entries(versions).map(([name, version]) => [name, version]);
  const memory = `${Math.round(totalmem() / 1024 ** 3)} GiB`;
  io.stdout(
    `Installed\n${table([...installed, ['machine', `${process.platform} ${process.arch}, ${availableParallelism()} cores, ${memory}`]])}\n`,
  );
  io.stdout(
    `Stored in\n${table([
      ['data', folders.root],
      ['runs', folders.runs],
      ['reports', folders.exports],
      ['cached results', folders.cache],
      ['custom prices', folders.pricesFile],
      ['prices of models', modelListSource()],
      ['examples', examples],
    ])}\n`,
  );
  io.stdout(`Network\n${table(proxyRows(process.env))}\n`);
  const answering = new Map((await findLocalServers()).map(({ provider, models }) => [provider.name, models]));
  const rows = PROVIDERS.map((provider) => {
    const models = answering.get(provider.name);
    // The key of a provider without an address of its own is for the address that a person gives.
    const origin = provider.baseUrl === null ? '' : originOf(provider.baseUrl);
    const key = keyFor(provider.name, origin) !== null;
    return [provider.name, provider.title, stateOf(provider, key, models)];
  });
  io.stdout(`Providers\n${table(rows)}`);
  return EXIT.ok;
}

/** The proxies that model calls and web tools go through, by scheme, without their credentials. */
function proxyRows(environment: NodeJS.ProcessEnv): string[][] {
  const rows = ['http', 'https'].map((scheme) => {
    const choice = proxyFor(new URL(`${scheme}://host.invalid/`), environment);
    if (choice.status === 'proxy') return [`${scheme} proxy`, shownProxy(choice.url)];
    return [
      `${scheme} proxy`,
      choice.status === 'invalid' ? `${choice.variable} is not a valid proxy address` : 'none',
    ];
  });
  const excepted = environment['no_proxy'] || environment['NO_PROXY'];
  return [...rows, ['without proxy', ['this machine', ...(excepted ? [excepted] : [])].join(', ')]];
}

function stateOf(provider: (typeof PROVIDERS)[number], hasKey: boolean, models: string[] | undefined): string {
  if (models) return `answers at ${provider.baseUrl}: ${models.join(', ') || 'no models'}`;
  if (provider.local) return `no response from ${provider.baseUrl}`;
  if (provider.needsKey) return hasKey ? 'key set' : `no key: set ${provider.keyVariable}`;
  return provider.baseUrl === null && provider.defaultModel === null ? 'needs --base-url' : 'built in, needs no key';
}
