import './shell/styles.js';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { setNonce } from 'get-nonce';
import { createRoot } from 'react-dom/client';
import { Problem } from './api/problem.js';
import { LanguageProvider } from './i18n/language.js';
import { Toasts } from './parts/toasts.js';
import { createPortalRouter } from './routes.js';
import { Looks } from './shell/look.js';
import { start } from './shell/start.js';

/** Styles that are made while the page runs carry it, or the page's policy drops them (ux.md 2.6, trap 5). */
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
setNonce(nonce);

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // A refusal stays one; an outage may end.
      retry: (failures, error) => failures < 2 && !(error instanceof Problem && error.body.status < 500),
    },
    mutations: { retry: false },
  },
});

createRoot(document.getElementById('root') as HTMLElement, {
  // What the API refused is told on the page; anything else is a defect.
  onCaughtError: (error) => {
    if (!(error instanceof Problem)) console.error(error);
  },
}).render(
  <LanguageProvider chosen={start.language}>
    <QueryClientProvider client={client}>
      <Looks nonce={nonce}>
        <Toasts />
        <RouterProvider router={createPortalRouter(client)} />
      </Looks>
    </QueryClientProvider>
  </LanguageProvider>,
);
