import { mount } from 'svelte';
import App from './App.svelte';
import './design/tokens.css';
import './design/base.css';
import { listen } from './route.svelte';
import { applyTheme } from './settings.svelte';

applyTheme();
listen();

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app');
mount(App, { target });
