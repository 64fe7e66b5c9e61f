import "./styles/tokens.css";
import "./styles/base.css";
import "./state/theme.svelte";

import { mount } from "svelte";

import App from "./App.svelte";
import { watchFaults } from "./state/faults";

watchFaults();

mount(App, { target: document.body });
