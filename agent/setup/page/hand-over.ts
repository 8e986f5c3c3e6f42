import type { CameraStatus } from '../shapes.js';
import { byId, element, fill } from './elements.js';

interface Listed {
  items: { id: string; name: string }[];
}

/**
 * The last step: through the registry the installer may give the cameras to a customer at once; on the site, where
 * nobody is signed in, they wait in the inbox for the office.
 */
export function createHandOver(isRegistry: boolean, say: (problem: string) => void) {
  const [customer, plan] = ['customer', 'plan'].map((id) => byId(id) as HTMLSelectElement);
  let isLoaded = false;
  let free: string[] = [];

  const options = async (path: string, select: HTMLSelectElement | undefined): Promise<number> => {
    const response = await fetch(path);
    if (!response.ok || !select) return 0;
    const { items } = (await response.json()) as Listed;
    const made = items.map(({ id, name }) => {
      const option = element('option', '', name) as HTMLOptionElement;
      option.value = id;
      return option;
    });
    select.replaceChildren(...made);
    return items.length;
  };
  const load = async (): Promise<void> => {
    const counts = await Promise.all([
      options('/api/v1/tenants?kind=customer&limit=200', customer),
      options('/api/v1/plans', plan),
    ]);
    byId('customer-form').hidden = counts.includes(0) || free.length === 0;
  };
  byId('customer-form').addEventListener('submit', (event) => {
    event.preventDefault();
    void (async () => {
      const response = await fetch('/api/v1/cameras:bind', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ids: free, customerId: customer?.value, planId: plan?.value }),
      });
      if (!response.ok)
        return say(((await response.json()) as { detail?: string }).detail ?? 'This did not work.');
      say('');
      byId('customer-form').hidden = true;
      const count = `${free.length} ${free.length === 1 ? 'camera' : 'cameras'}`;
      fill(byId('office'), `${count} given to ${customer?.selectedOptions[0]?.text ?? ''}.`);
    })();
  });
  return {
    /** Shows the step; what is registered can be given. */
    show(cameras: readonly CameraStatus[]): void {
      if (!isRegistry || isLoaded) return;
      isLoaded = true;
      free = cameras.flatMap(({ cameraId }) => cameraId ?? []);
      void load();
    },
  };
}
