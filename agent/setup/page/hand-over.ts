import { byId, element, fill } from './elements.js';

interface Named {
  id: string;
  name: string;
}

/** `GET /agents/{id}/hand-over` of the registry. */
interface Choice {
  rule: { customer: Named } | null;
  customers: Named[];
  hasMore: boolean;
  plans: Named[];
  waiting: string[];
}

const settleMs = 300;
const countOf = (cameras: number): string => `${cameras} ${cameras === 1 ? 'camera' : 'cameras'}`;

/**
 * The last step: through the registry the installer may give the cameras to a customer that the enrolment allows; on the
 * site, where nobody is signed in, a link leads there. Or they wait in the inbox for the office. `base`: of the
 * agent's setup at the registry; undefined on the site.
 */
export function createHandOver(base: string | undefined, say: (problem: string) => void) {
  const [customer, plan] = ['customer', 'plan'].map((id) => byId(id) as HTMLSelectElement);
  const find = byId('find-field') as HTMLInputElement;
  let waiting: string[] = [];
  let isLoaded = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const offer = (select: HTMLSelectElement | undefined, choices: Named[]): void => {
    const options = choices.map(({ id, name }) => {
      const option = element('option', '', name) as HTMLOptionElement;
      option.value = id;
      return option;
    });
    select?.replaceChildren(...options);
  };
  const load = async (): Promise<void> => {
    const text = find.value.trim();
    const response = await fetch(`${base?.replace(/setup$/, 'hand-over')}?text=${encodeURIComponent(text)}`);
    if (!response.ok) return;
    const choice = (await response.json()) as Choice;
    waiting = choice.waiting;
    offer(customer, choice.customers);
    if (text === '') offer(plan, choice.plans);
    byId('find').hidden = !choice.hasMore && text === '';
    const isNobodyThere = text === '' && (choice.customers.length === 0 || choice.plans.length === 0);
    byId('customer-form').hidden = isNobodyThere || waiting.length === 0;
    if (choice.rule && waiting.length === 0)
      fill(
        byId('office'),
        `Enrolled for ${choice.rule.customer.name}: the cameras are given to it by themselves.`,
      );
  };
  find.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => void load(), settleMs);
  });
  byId('customer-form').addEventListener('submit', (event) => {
    event.preventDefault();
    void (async () => {
      const response = await fetch('/api/v1/cameras:bind', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ids: waiting, customerId: customer?.value, planId: plan?.value }),
      });
      if (!response.ok)
        return say(((await response.json()) as { detail?: string }).detail ?? 'This did not work.');
      say('');
      byId('customer-form').hidden = true;
      fill(
        byId('office'),
        `${countOf(waiting.length)} given to ${customer?.selectedOptions[0]?.text ?? ''}.`,
      );
    })();
  });
  return {
    /** Shows the step; `setupUrl`: this page at the registry, where somebody can sign in. */
    show(setupUrl: string): void {
      if (base === undefined) {
        (byId('choose-link') as HTMLAnchorElement).href = `${setupUrl}#hand-over`;
        byId('choose').hidden = false;
      } else if (!isLoaded) {
        isLoaded = true;
        void load();
      }
    },
  };
}
