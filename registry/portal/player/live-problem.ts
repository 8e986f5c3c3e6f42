/** What the registry says of a refusal (`problem+json`). */
export interface LiveProblem {
  code: string;
  /** For a person: what happened and what to do. */
  detail: string;
}

/** Never rejects: a proxy's answer is no problem+json. */
export async function problemOf(response: Response): Promise<LiveProblem> {
  const said = (await response.json().catch(() => ({}))) as Partial<LiveProblem>;
  return {
    code: said.code ?? 'internal',
    detail: said.detail ?? `The server answered ${response.status}.`,
  };
}
