import { type IncomingMessage, request } from 'node:http';
import * as https from 'node:https';
import { json } from 'node:stream/consumers';
import { ProxiedAgents } from './proxied-agents.ts';

const agents = new ProxiedAgents(10_000);

/**
 * * Returns the JSON that a URL answers with, directly or through the environment's proxies. Does not follow redirects.
 * Rejects if the URL cannot be reached, or answers with another status than success or with something that is not JSON.
 */
export async function getJson(url: string, signal: AbortSignal): Promise<unknown> {
  const target = new URL(url);
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
  if (statusCode >= 200 && statusCode < 300) return json(response);
  response.resume();
  throw new Error(`HTTP ${statusCode}`);
}
