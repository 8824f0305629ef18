import { isToolName } from '../tools/catalogue.ts';
import { excerpt, type Notes } from './report.ts';
import { Code, isSourceObject, type SourceObject, type SourceValue } from './source.ts';

/**
 * Tools of CrewAI and RCrewAI by the tool that does the same work. Names are in lower case, without `Tool` and `_`,
 * because CrewAI accepts `SerperDevTool`, `SerperDev` and `serper_dev`.
 */
const EQUIVALENTS: Readonly<Record<string, readonly string[]>> = {
  web_search: [
    'bravesearch',
    'bravewebsearch',
    'bravenewssearch',
    'brightdatasearch',
    'exasearch',
    'firecrawlsearch',
    'linkupsearch',
    'oxylabsgooglesearchscraper',
    'parallelsearch',
    'serpapigooglesearch',
    'serperdev',
    'serplynewssearch',
    'serplywebsearch',
    'tavilysearch',
    'websearch',
  ],
  web_fetch: [
    'browserbaseload',
    'firecrawlcrawlwebsite',
    'firecrawlscrapewebsite',
    'hyperbrowserload',
    'jinascrapewebsite',
    'scrapeelementfromwebsite',
    'scrapegraphscrape',
    'scrapewebsite',
    'scrapflyscrapewebsite',
    'seleniumscraping',
    'serperscrapewebsite',
    'serplywebpagetomarkdown',
    'spider',
    'tavilyextractor',
    'urlread',
    'websitesearch',
  ],
  file_reader: ['docxsearch', 'fileread', 'filereader', 'mdxsearch', 'pdfprocessor', 'pdfsearch', 'txtsearch'],
  file_search: ['directoryread', 'directorysearch'],
  file_writer: ['filewriter'],
  query_data: ['csvsearch', 'jsonsearch'],
  sql_query: ['mysqlsearch', 'nl2sql', 'pgsearch', 'sqldatabase'],
  code_runner: ['codeexecutor', 'codeinterpreter'],
  send_email: ['emailsender'],
};

const BY_NAME: ReadonlyMap<string, string> = new Map(
  Object.entries(EQUIVALENTS).flatMap(([tool, names]) => names.map((name) => [name, tool] as const)),
);

/** What a person should know about a tool that does nearly the same. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  filewriter: 'it replaces a file that exists',
};

/** Names of the tools that a project defines itself, by their class: `WordCounter` → `word_counter`. */
export type OwnTools = ReadonlyMap<string, string>;

/**
 * Translates a list of tools. A tool without an equivalent is left out. Returns the names of the tools without
 * duplicates.
 */
export function translateTools(value: SourceValue, notes: Notes, own: OwnTools): string[] {
  if (!Array.isArray(value)) {
    notes.leftOut(excerpt(value), { why: 'It is not a list of tools.', instead: 'Set "tools" in the crew file.' });
    return [];
  }
  const tools = value.flatMap((item, index) => translateTool(item, notes.below(index), own));
  if (value.length > 0 && tools.length === 0) {
    notes.leftOut('every tool', {
      why: 'None of the tools has an equivalent.',
      instead: 'Give other tools, or change the texts so that no tool is needed.',
    });
  }
  return [...new Set(tools)];
}

function translateTool(item: SourceValue, notes: Notes, own: OwnTools): string[] {
  const { name, options } = describedTool(item);
  if (name === null) {
    notes.leftOut(excerpt(item), { why: 'It is not the name of a tool.', instead: 'Add a tool of Crewlane.' });
    return [];
  }
  const ownName = own.get(name);
  const key = plainToolName(name);
  const tool = ownName !== undefined && isToolName(ownName) ? ownName : BY_NAME.get(key);
  if (tool === undefined || name.startsWith('custom:')) {
    notes.leftOut(name, { why: notBuiltIn(name, own), instead: `Give ${name} as an MCP server or a script.` });
    return [];
  }
  if (!isToolName(tool)) {
    const why = `Its equivalent is ${tool}, which this version of Crewlane does not have.`;
    notes.leftOut(name, { why, instead: `Add ${tool} in a later version, or give ${name} as an MCP server.` });
    return [];
  }
  const difference = DIFFERENCES[key];
  notes.taken(`${name} → ${tool}${difference === undefined ? '' : `; ${difference}`}`);
  if (Object.keys(options).length > 0) {
    notes.leftOut(`options of ${name}: ${excerpt(options)}`, {
      why: `${tool} gets all of its arguments from the agent in each call.`,
      instead: 'Write what matters into the description of the task.',
    });
  }
  return [tool];
}

/** Returns the name of a tool in any of its forms: text, serialized tool, or a call of its class. */
function describedTool(item: SourceValue): { name: string | null; options: SourceObject } {
  if (typeof item === 'string') return { name: lastPart(item), options: {} };
  if (item instanceof Code) {
    const { call } = item;
    if (call === null) return { name: lastPart(item.text), options: {} };
    const positional = Object.fromEntries(call.positional.map((value, index) => [`${index + 1}`, value]));
    return { name: call.name, options: { ...positional, ...call.named } };
  }
  if (!isSourceObject(item)) return { name: null, options: {} };
  const { tool_type: type, name: given, ...options } = item;
  const named = typeof type === 'string' ? type : given;
  return { name: typeof named === 'string' ? lastPart(named) : null, options };
}

/** Returns the class of `module:Class` or `module.Class`. A tool of the project keeps its prefix `custom:`. */
function lastPart(name: string): string {
  if (name.startsWith('custom:')) return name;
  return name.split(/[:.]/).findLast((part) => part !== '') ?? name;
}

function plainToolName(name: string): string {
  return name.toLowerCase().replaceAll('_', '').replace(/tool$/, '');
}

function notBuiltIn(name: string, own: OwnTools): string {
  const isOwn = name.startsWith('custom:') || own.has(name);
  return isOwn ? 'It is code of the project, which Crewlane does not run.' : 'Crewlane has no such tool.';
}
