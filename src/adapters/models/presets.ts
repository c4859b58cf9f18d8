/** Kinds of server people have: where each answers, whether it needs a key, and what has to be set for a page to reach it. */

import type { Endpoint, ModelPreset } from '../../core/models/servers';
import { hostOf } from './client';

export const PRESETS: readonly ModelPreset[] = [
  {
    id: 'openai',
    label: 'OpenAI',
    baseUrl: 'https://api.openai.com/v1',
    key: 'required',
    keyUrl: 'https://platform.openai.com/api-keys',
  },
  {
    id: 'openrouter',
    label: 'OpenRouter',
    baseUrl: 'https://openrouter.ai/api/v1',
    key: 'required',
    keyUrl: 'https://openrouter.ai/settings/keys',
    keyCheckPath: '/key',
  },
  {
    id: 'anthropic',
    label: 'Anthropic',
    baseUrl: 'https://api.anthropic.com/v1',
    key: 'required',
    keyUrl: 'https://console.anthropic.com/settings/keys',
    headers: { 'anthropic-dangerous-direct-browser-access': 'true' },
  },
  {
    id: 'gemini',
    label: 'Google Gemini',
    baseUrl: 'https://generativelanguage.googleapis.com/v1beta/openai',
    key: 'required',
    keyUrl: 'https://aistudio.google.com/apikey',
  },
  {
    id: 'groq',
    label: 'Groq',
    baseUrl: 'https://api.groq.com/openai/v1',
    key: 'required',
    keyUrl: 'https://console.groq.com/keys',
  },
  {
    id: 'ollama',
    label: 'Ollama',
    baseUrl: 'http://localhost:11434/v1',
    key: 'none',
    setup:
      'Start it with OLLAMA_ORIGINS set to this page’s origin, and OLLAMA_CONTEXT_LENGTH to the window you want: without it Ollama cuts long prompts without saying so.',
    corsFix: 'Set OLLAMA_ORIGINS={origin} for the Ollama server and start it again.',
  },
  {
    id: 'lm-studio',
    label: 'LM Studio',
    baseUrl: 'http://localhost:1234/v1',
    key: 'none',
    setup: 'In Developer → Server settings, turn on “Enable CORS”, or run: lms server start --cors',
    corsFix: 'In LM Studio, Developer → Server settings, turn on “Enable CORS” and start the server again.',
  },
  {
    id: 'llama-cpp',
    label: 'llama.cpp',
    baseUrl: 'http://localhost:8080/v1',
    key: 'optional',
    setup:
      'Run llama-server with -c for the window and -np for requests side by side (they share the window). With --api-key, enter that key; for another machine add --host 0.0.0.0.',
    corsFix: 'Update llama-server: current versions allow every page.',
  },
  {
    id: 'vllm',
    label: 'vLLM',
    baseUrl: 'http://localhost:8000/v1',
    key: 'optional',
    setup:
      'Run vllm serve. With --api-key, enter that key. Pages are allowed unless --allowed-origins says otherwise.',
    corsFix: `Start vLLM with --allowed-origins '["{origin}"]'.`,
  },
  { id: 'custom', label: 'Another server', baseUrl: '', key: 'optional' },
];

const DEFAULT_CORS_FIX =
  'Have the server, or a proxy before it, answer with Access-Control-Allow-Origin: {origin} and allow the headers Authorization and Content-Type.';

/** The preset an address belongs to: same host and port, whatever the path. */
export function presetOf(baseUrl: string): ModelPreset | null {
  const host = hostOf(baseUrl).replace(/^(127\.0\.0\.1|\[::1\])(?=:|$)/, 'localhost');
  return PRESETS.find((preset) => preset.baseUrl !== '' && hostOf(preset.baseUrl) === host) ?? null;
}

/** What to do about CORS at this address, for a page of this origin. */
export function corsFix(baseUrl: string, pageOrigin: string): string {
  return (presetOf(baseUrl)?.corsFix ?? DEFAULT_CORS_FIX).replaceAll('{origin}', pageOrigin);
}

/** Request headers for the plain routes of a server, the key included. */
export function plainHeaders(endpoint: Endpoint): Record<string, string> {
  const key = endpoint.apiKey?.trim();
  if (!key) return { ...endpoint.headers };
  // Anthropic's list of models belongs to its own API, which takes the key under another name.
  const own = presetOf(endpoint.baseUrl)?.id === 'anthropic';
  const auth: Record<string, string> = own
    ? { 'x-api-key': key, 'anthropic-version': '2023-06-01' }
    : { Authorization: `Bearer ${key}` };
  return { ...auth, ...endpoint.headers };
}
