// The form of a node is the largest part of the editor, and none is chosen when it opens.
export const loadForm = () => import('./NodeForm.vue');
