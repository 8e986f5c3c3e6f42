import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '../../api/client.js';

export interface Named {
  id: string;
  name: string;
}

/** Where new cameras go at once: to a customer, with a plan; null while somebody still chooses. */
export interface Rule {
  customer: Named | null;
  planId: string | null;
}

export const noRule: Rule = { customer: null, planId: null };

/** What may be chosen; the API refuses a plan that is not offered to the customer (R46). */
export const plansQuery = queryOptions({
  queryKey: ['plans'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/plans', { params: { query: { limit: 200 } }, signal })),
});

/** As the API takes it: without a customer, new cameras wait unbound. */
export const ruleBody = ({ customer, planId }: Rule): { customerId: string; planId: string } | null =>
  customer === null || planId === null ? null : { customerId: customer.id, planId };
