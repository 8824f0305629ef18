import { type IncomingMessage, request } from 'node:http';
import * as https from 'node:https';
import { json } from 'node:stream/consumers';
import { ProxiedAgents } from './proxied-agents.ts';

/**
 * Returns the JSON that a URL answers with, directly or through the environment's proxies. Does not follow redirects.
 * Rejects if the URL cannot be reached, or answers with another status than success or with something that is not JSON.
 */
export async function getJson(url: string, signal: AbortSignal): Promise<unknown> {
  const agents = new ProxiedAgents(IDLE_MS);
  try {
    return await requestJson(new URL(url), agents, signal);
  } finally {
    agents.destroy();
  }
}

/** The connection is closed after the answer. This ends it earlier if the server stops sending. */
const IDLE_MS = 10_000;

async function requestJson(target: URL, agents: ProxiedAgents, signal: AbortSignal): Promise<unknown> {
  const choice = await agents.for(target);
  if (!choice.ok) throw new Error(choice.message);
  const headers = { accept: 'application/json', 'user-agent': 'Crewlane' };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const call = (target.protocol === 'https:' ? https.request : request)(target, {
      headers,
      signal,
      agent: choice.agent,
    });
    call.once('response', resolve);
    call.once('error', reject);
    call.end();
  });
  const { statusCode = 0 } = response;
  if (statusCode >= 200 && statusCode < 300) return await json(response);
  response.resume();
  throw new Error(`HTTP ${statusCode}`);
}
