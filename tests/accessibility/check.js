// SPDX-License-Identifier: ISC
// Opens pages in Chromium at four widths, light and dark, and prints what is not accessible: node check.js FILE...
// It exits 1 where there is anything. CHROMIUM names another browser than Debian's.
const fs = require('fs');
const path = require('path');
const url = require('url');
const { chromium } = require('playwright-core');

const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const widths = [360, 768, 1280, 1920];
const schemes = ['light', 'dark'];

// Runs in the page: all rules of axe-core that it runs by itself, and the size of targets.
const judge = () => axe.run({ rules: { 'target-size': { enabled: true } }, resultTypes: ['violations'] });

// Runs in the page: what axe-core does not judge. Returns one sentence for each fault.
function look() {
	const faults = [];
	const headings = [...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => Number(h.tagName[1]));
	const { scrollWidth } = document.scrollingElement;

	if (scrollWidth > innerWidth) {
		const wide = [...document.querySelectorAll('body *')].filter(e => !e.closest('.scroll') &&
			e.getBoundingClientRect().right > innerWidth).map(e => e.outerHTML.slice(0, 80));
		faults.push(`the page is ${scrollWidth} px wide in a window of ${innerWidth}: ${wide.slice(-1)}`);
	}
	if (headings[0] !== 1 || headings.filter(level => level === 1).length !== 1)
		faults.push(`headings do not begin with the only h1: ${headings}`);
	if (headings.some((level, i) => i > 0 && level > headings[i - 1] + 1))
		faults.push(`headings leave out a level: ${headings}`);
	for (const link of document.querySelectorAll('a[href]')) {
		link.focus(); // a link that shows with the focus only
		const { width, height } = link.getBoundingClientRect();
		if (width < 24 || height < 24)
			faults.push(`a target of ${width} by ${height} px: ${link.outerHTML.slice(0, 80)}`);
	}
	document.activeElement?.blur();
	for (const item of document.querySelectorAll('li'))
		if ([...item.children].some(e => e.getBoundingClientRect().bottom > item.getBoundingClientRect().bottom + 1))
			faults.push(`a point that runs into the next one: ${item.outerHTML.slice(0, 80)}`);
	return faults;
}

// Returns the faults of a page at a width, in a scheme.
async function check(browser, file, width, colorScheme) {
	const address = url.pathToFileURL(path.resolve(file)).href;
	const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
	const faults = [];

	page.on('request', request => request.url() === address || faults.push(`loads ${request.url()}`));
	await page.goto(address);
	await page.evaluate(axe);
	faults.push(...await page.evaluate(look));
	for (const { id, help, nodes } of (await page.evaluate(judge)).violations)
		faults.push(...nodes.map(node => `${id}: ${help}: ${node.html.slice(0, 160)}`));
	await page.close();
	return faults.map(fault => `${path.basename(file)}, ${width} px, ${colorScheme}: ${fault}`);
}

async function main(files) {
	const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
		args: ['--disable-gpu', '--no-sandbox'] });
	const faults = [];
	let checked = 0;

	for (const file of files)
		for (const width of widths)
			for (const scheme of schemes) {
				faults.push(...await check(browser, file, width, scheme));
				checked++;
			}
	await browser.close();
	faults.forEach(fault => console.error(fault));
	console.log(`${checked} views of ${files.length} pages: ${faults.length} faults`);
	process.exitCode = checked === 0 || faults.length > 0 ? 1 : 0;
}

main(process.argv.slice(2));
