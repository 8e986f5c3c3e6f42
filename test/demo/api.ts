/** The registry's API as the demo needs it: JSON in, JSON out, a sentence when it goes wrong. */
export interface Api {
  get<Answer>(path: string): Promise<Answer>;
  post<Answer>(path: string, body?: unknown): Promise<Answer>;
}

export class ApiFailure extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, detail: string) {
    super(detail);
    this.name = 'ApiFailure';
    this.status = status;
    this.code = code;
  }
}

/** `headers` carries what says who one is: a session's cookie or an API key. */
export function createApi(url: string, headers: () => Record<string, string>): Api {
  const call = async <Answer>(method: string, path: string, body?: unknown): Promise<Answer> => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { ...headers(), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(15_000),
    });
    const text = await response.text();
    if (response.ok) return (text ? JSON.parse(text) : null) as Answer;
    const problem = parseProblem(text);
    throw new ApiFailure(
      response.status,
      problem.code,
      `${method} ${path}: ${response.status} ${problem.detail}`,
    );
  };
  return { get: (path) => call('GET', path), post: (path, body) => call('POST', path, body) };
}

function parseProblem(text: string): { code: string; detail: string } {
  try {
    const { code = 'unknown', detail = text } = JSON.parse(text) as { code?: string; detail?: string };
    return { code, detail };
  } catch {
    return { code: 'unknown', detail: text.slice(0, 200) };
  }
}

/** Signs in as a person and returns the cookie. Throws {@link ApiFailure}. */
export async function signIn(url: string, email: string, password: string): Promise<string> {
  const response = await fetch(`${url}/api/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ email, password }),
  });
  if (!response.ok) {
    const problem = parseProblem(await response.text());
    throw new ApiFailure(response.status, problem.code, `signing in as ${email}: ${problem.detail}`);
  }
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}
