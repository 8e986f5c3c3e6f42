import { MantineProvider, type MantineColorSchemeManager } from '@mantine/core';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, type ReactNode } from 'react';
import { answer, api } from '../api/client.js';
import type { Look } from '../api/schema.js';
import { meQuery } from './me.js';
import { start } from './start.js';
import { themeOf, variablesOf } from './theme.js';

/** Key of {@link useLook}, for whoever changes how things look. */
export const lookKey = ['look'] as const;

const lookQuery = queryOptions({
  queryKey: lookKey,
  queryFn: async ({ client, signal }): Promise<Look> => {
    const { memberships } = await client.ensureQueryData(meQuery);
    const path = { id: memberships[0]?.tenant.id ?? '' };
    const { effective } = await answer(
      api.GET('/api/v1/tenants/{id}/branding', { params: { path }, signal }),
    );
    return effective;
  },
  initialData: start.look,
  staleTime: Infinity,
});

/** How the portal looks for whoever is signed in: as their own tenant does, wherever they work (R55). */
export const useLook = (): Look => useQuery(lookQuery).data;

/** Light or dark is kept with the person's preferences, not in the browser. */
const schemes: MantineColorSchemeManager = {
  get: () => start.theme,
  set: () => {},
  subscribe: () => {},
  unsubscribe: () => {},
  clear: () => {},
};

/** Dresses the portal in the colours of the person's integrator. */
export function Looks({ nonce, children }: { nonce: string; children: ReactNode }) {
  const look = useLook();
  const theme = useMemo(() => themeOf(look), [look]);
  const variables = useMemo(() => variablesOf(look), [look]);
  useEffect(() => {
    if (look.favicon !== null) document.querySelector('link[rel="icon"]')?.setAttribute('href', look.favicon);
  }, [look.favicon]);
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={variables}
      colorSchemeManager={schemes}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
      // All variables are made here: the sheet with their defaults would be 4 kB more of each page.
      deduplicateCssVariables={false}
    >
      {children}
    </MantineProvider>
  );
}
