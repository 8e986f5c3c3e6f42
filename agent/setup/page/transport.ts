import type { SealedLogin } from '@gantry/protocol/setup.js';
import type { PageView } from '../shapes.js';
import { sealLogin } from './seal.js';

/** What the page asks for beside the view. */
export type PageAct =
  | { kind: 'network' | 'rescan' }
  | { kind: 'search'; range: string }
  | { kind: 'login'; name: string | null; username: string; password: string }
  | { kind: 'name'; localId: string; name: string | null }
  | { kind: 'add'; url: string }
  | { kind: 'join'; token: string };

/** The agent's view; over the registry also the key for logins, and when an offline box was heard last. */
export type SiteView = PageView & { sealKey?: string | null; heardAtMs?: number | null };

export type Asked<Answer> = { answer: Answer } | { problem: string } | 'nobody_in';

/** How the page reaches the agent: on the site's own network, or through the registry. */
export interface Transport {
  kind: 'site' | 'registry';
  ask<Answer>(act: PageAct): Promise<Asked<Answer>>;
  /** Calls back with every new view until it is closed; `onOut` when the session ended. */
  follow(onView: (view: SiteView) => void, onOut: () => void): { close(): void };
  snapshotUrl(localId: string): string;
  /** Null: nothing but still pictures comes this way. */
  previewUrl(localId: string): string | null;
}

const silence = 'The box does not answer. Is this phone still in its network?';

async function exchange<Answer>(
  path: string,
  init: RequestInit | undefined,
  unheard: string,
): Promise<Asked<Answer>> {
  try {
    const response = await fetch(path, init);
    if (response.status === 401) return 'nobody_in';
    const said = (await response.json()) as Answer & { error?: string; detail?: string };
    if (response.ok) return { answer: said };
    return { problem: said.error ?? said.detail ?? 'The box refused this.' };
  } catch {
    return { problem: unheard };
  }
}

const post = (body: object, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

/** On the site: the agent's own server, with the token that the PIN gave. */
export function siteTransport(token: string): Transport {
  const requestOf = (act: PageAct): [string, object?] => {
    switch (act.kind) {
      case 'network':
        return ['/v1/network'];
      case 'rescan':
        return ['/v1/rescan', {}];
      case 'search':
        return ['/v1/search', { range: act.range }];
      case 'login':
        return ['/v1/logins', { name: act.name, username: act.username, password: act.password }];
      case 'name':
        return [`/v1/cameras/${act.localId}/name`, { name: act.name }];
      case 'add':
        return ['/v1/cameras', { url: act.url }];
      case 'join':
        return ['/v1/join', { token: act.token }];
      default:
        return act satisfies never;
    }
  };
  return {
    kind: 'site',
    ask(act) {
      const [path, body] = requestOf(act);
      return exchange(path, body && post(body, { 'x-gantry-token': token }), silence);
    },
    follow(onView, onOut) {
      const events = new EventSource('/v1/events');
      events.addEventListener('message', ({ data }: MessageEvent<string>) =>
        onView(JSON.parse(data) as SiteView),
      );
      // A session that ended is refused with 401, after which the browser does not come back by itself.
      events.addEventListener('error', () => {
        if (events.readyState === EventSource.CLOSED) onOut();
      });
      return events;
    },
    snapshotUrl: (localId) => `/v1/cameras/${localId}/snapshot`,
    previewUrl: (localId) => `ws://${location.host}/v1/cameras/${localId}/preview`,
  };
}

/** The PIN for a session's token. */
export const enterSite = (pin: string): Promise<Asked<{ token: string }>> =>
  exchange('/v1/session', post({ pin }), silence);

/** The session of an earlier visit. */
export const resumeSite = (): Promise<Asked<{ token: string }>> =>
  exchange('/v1/session', undefined, silence);

const lookEveryMs = 2_000;

/** Through the registry, as whoever is signed in there. A camera's login leaves this page sealed for the agent. */
export function registryTransport(base: string): Transport {
  const silent = 'The registry does not answer. Is this phone online?';
  let sealKey: string | null = null;
  const ask = <Answer>(act: object) => exchange<Answer>(base, post(act), silent);
  return {
    kind: 'registry',
    async ask(act) {
      if (act.kind !== 'login') return ask(act);
      if (sealKey === null) return { problem: 'The box is offline; it cannot be given a login now.' };
      const { name, username, password } = act;
      let sealed: SealedLogin;
      try {
        sealed = await sealLogin(sealKey, { username, password });
      } catch {
        return {
          problem: 'This page needs https to keep the login to itself. Use the page of the box on its site.',
        };
      }
      return ask({ kind: 'login', name, sealed });
    },
    follow(onView, onOut) {
      let isOpen = true;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const look = async (): Promise<void> => {
        const asked = document.hidden ? null : await ask<SiteView>({ kind: 'view' });
        if (!isOpen) return;
        if (asked === 'nobody_in') return onOut();
        if (asked && 'answer' in asked) {
          sealKey = asked.answer.sealKey ?? null;
          onView(asked.answer);
        }
        timer = setTimeout(() => void look(), lookEveryMs);
      };
      void look();
      return {
        close: () => {
          isOpen = false;
          clearTimeout(timer);
        },
      };
    },
    snapshotUrl: (localId) => `${base}/cameras/${localId}/snapshot`,
    previewUrl: () => null,
  };
}
