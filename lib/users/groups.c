/* SPDX-License-Identifier: ISC */
#include "lib/users/groups.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"

static const char *const by_names[] = {
	[FIL_BY_UNIT] = "unit",
	[FIL_BY_JOB] = "job",
	[FIL_BY_MANAGER] = "manager",
	[FIL_BY_PHASE] = "phase",
	[FIL_BY_KIND] = "kind",
	[FIL_BY_ROLE] = "role",
};

int
fil_by_read(const char *name, enum fil_by *by, struct fil_fault *fault)
{
	for (enum fil_by i = FIL_BY_UNIT; i <= FIL_BY_ROLE; i++)
		if (strcmp(by_names[i], name) == 0) {
			*by = i;
			return 0;
		}
	return fil_fault_set(
	    fault, FIL_USAGE, "'%s' is not one of unit, job, manager, phase, kind, role", name);
}

bool
fil_by_enrolment(enum fil_by by)
{
	return by == FIL_BY_PHASE || by == FIL_BY_KIND;
}

const char *
fil_by_column(enum fil_by by)
{
	return by == FIL_BY_NONE || fil_by_enrolment(by) ? NULL : by_names[by];
}

size_t
fil_group_value(const char **value, unsigned depth)
{
	size_t n = 0;

	if (!*value || **value == '\0')
		*value = FIL_GROUP_NONE;
	if (depth == 0)
		return strlen(*value);
	for (unsigned part = 0; (*value)[n] != '\0'; n++)
		if ((*value)[n] == '/' && ++part == depth)
			break;
	return n;
}

size_t
fil_group_merged(const char *name)
{
	size_t n = strlen(name), tail = sizeof FIL_GROUP_SMALL - 1;

	if (n < tail || strcmp(name + n - tail, FIL_GROUP_SMALL) != 0 ||
	    (n > tail && name[n - tail - 1] != '/'))
		return FIL_NOWHERE;
	return n - tail;
}

/* Returns the place of a name behind all others. */
static int
rank(const char *name)
{
	return strcmp(name, FIL_GROUP_SMALL) == 0 ? 2 : strcmp(name, FIL_GROUP_NONE) == 0;
}

/* Orders names as reports do. */
static int
compare_names(const char *left, const char *right)
{
	size_t a = fil_group_merged(left), b = fil_group_merged(right);

	if (rank(left) != rank(right))
		return rank(left) - rank(right);
	if (a != FIL_NOWHERE && strncmp(left, right, a) == 0 && a != b)
		return 1;
	if (b != FIL_NOWHERE && strncmp(left, right, b) == 0 && a != b)
		return -1;
	return strcmp(left, right);
}

/* A group while it is placed, or several that lie together. */
struct group {
	const char *name; /* of the first */
	size_t first, n; /* their places in the order of paths */
	size_t users, size; /* size: weighs the others too */
};

/* The groups in the order of their paths, and the rows while they are made. */
struct placing {
	const struct fil_group_rows_request *request;
	struct fil_group_rows *rows;
	size_t *order; /* the numbers of the groups that have a row */
	bool *forced; /* of each group: it must be merged for the sake of another table; or NULL */
};

/* Returns the weight of a byte of a path: a slash comes before all others. */
static int
weight_of(char byte)
{
	return byte == '/' ? 1 : byte == '\0' ? 0 : 1 + (unsigned char)byte;
}

/* Orders paths: a unit before its children, which lie together. */
static int
by_path(const void *left, const void *right, void *context)
{
	const struct fil_group_rows_request *request = context;
	const char *a = request->names[*(const size_t *)left],
		   *b = request->names[*(const size_t *)right];

	while (*a != '\0' && *a == *b) {
		a++;
		b++;
	}
	return weight_of(*a) - weight_of(*b);
}

static int
by_size(const void *left, const void *right)
{
	const struct group *a = left, *b = right;

	if (a->size != b->size)
		return a->size < b->size ? -1 : 1;
	/* Not by name: of a and a-1 the order must be that of a/b and a-1/b. */
	return a->first < b->first ? -1 : a->first > b->first;
}

/* Adds up the users of groups that lie together. A group that has only others weighs less than one
 * user, so that any number of such groups keeps a row, and never counts as a user. */
static void
weigh(const struct placing *placing, struct group *group)
{
	const struct fil_group_rows_request *request = placing->request;

	group->name = request->names[placing->order[group->first]];
	group->users = 0;
	for (size_t i = 0; i < group->n; i++)
		group->users += request->users[placing->order[group->first + i]];
	group->size = group->users == 0 ? 1 : group->users * (request->n + 1);
}

/* Returns whether all users of the merged groups, or of one group, are in one state. */
static bool
is_uniform(const struct placing *placing, const struct group *groups, size_t n, size_t users)
{
	const struct fil_group_rows_request *request = placing->request;

	for (size_t s = 0; s < request->n_states; s++) {
		size_t inside = 0;

		for (size_t k = 0; k < n; k++)
			for (size_t i = 0; i < groups[k].n; i++)
				inside += request->states[placing->order[groups[k].first + i] *
					request->n_states +
				    s];
		if (inside == users)
			return true;
	}
	return false;
}

/* Returns whether n groups together can be a row. */
static bool
can_be_shown(const struct placing *placing, const struct group *groups, size_t n)
{
	size_t users = 0, minimum = placing->request->minimum;

	for (size_t i = 0; i < n; i++)
		users += groups[i].users;
	return users >= minimum && (users >= 2 * minimum || !is_uniform(placing, groups, n, users));
}

/* Returns whether a group must be merged. */
static bool
is_forced(const struct placing *placing, const struct group *group)
{
	const bool *forced = placing->request->forced;
	size_t first = placing->order[group->first];

	/* Units that lie together are placed one by one. */
	return group->n == 1 &&
	    ((forced && forced[first]) || (placing->forced && placing->forced[first]));
}

/* Chooses the groups to merge, and puts them first. Returns how many. */
static size_t
choose_merged(const struct placing *placing, struct group *groups, size_t n)
{
	size_t merged = 0;

	qsort(groups, n, sizeof *groups, by_size);
	for (size_t i = 0; i < n; i++) {
		struct group group = groups[i];

		bool shown = can_be_shown(placing, &group, 1);

		if (shown && !is_forced(placing, &group))
			continue;
		placing->rows->why |= shown ? FIL_MERGED_HELD : FIL_MERGED_SMALL;
		/* The groups keep their order by size. */
		memmove(groups + merged + 1, groups + merged, (i - merged) * sizeof group);
		groups[merged++] = group;
	}
	while (merged > 0 && merged < n && !can_be_shown(placing, groups, merged))
		merged++;
	return merged;
}

/* Adds a row of groups that lie together. */
static void
add_row(struct placing *placing, const struct group *group, size_t row)
{
	for (size_t i = 0; i < group->n; i++)
		placing->rows->into[placing->order[group->first + i]] = row;
}

/* Adds the row of the merged groups, whose parent is the first so many bytes of a path. */
static void
add_merged(
    struct placing *placing, const struct group *groups, size_t n, const char *path, size_t parent)
{
	struct fil_group_rows *rows = placing->rows;
	const char *name = FIL_GROUP_SMALL;

	if (parent > 0) {
		rows->made = fil_resize(rows->made, rows->n_made + 1, sizeof *rows->made);
		name = rows->made[rows->n_made++] =
		    fil_format("%.*s%s", (int)parent, path, FIL_GROUP_SMALL);
	}
	for (size_t i = 0; i < n; i++)
		add_row(placing, &groups[i], rows->n);
	rows->names[rows->n++] = name;
}

/* Returns the length of a path up to the end of the part behind its parent, which ends in a slash.
 * The parent itself is as long as it is. */
static size_t
next_part(const char *path, size_t parent)
{
	size_t n = strlen(path);

	return n < parent ? n : parent + strcspn(path + parent, "/");
}

/* Splits groups that lie together into those that share the next part of their path. Without units,
 * each is one of its own. Returns how many; the caller frees the *parts. */
static size_t
split(const struct placing *placing, const struct group *whole, size_t parent, struct group **parts)
{
	bool units = placing->request->by == FIL_BY_UNIT;
	struct group *list = fil_alloc(whole->n, sizeof *list);
	size_t n = 0;

	for (size_t i = whole->first; i < whole->first + whole->n; i++) {
		const char *name = placing->request->names[placing->order[i]];
		size_t length = next_part(name, parent);

		if (units && n > 0 && next_part(list[n - 1].name, parent) == length &&
		    strncmp(list[n - 1].name, name, length) == 0) {
			list[n - 1].n++;
			continue;
		}
		list[n] = (struct group){ .name = name, .first = i, .n = 1 };
		n++;
	}
	for (size_t i = 0; i < n; i++)
		weigh(placing, &list[i]);
	*parts = list;
	return n;
}

/* Adds the rows of groups that lie together under a parent: so many bytes of their paths. */
static void
place(struct placing *placing, const struct group *whole, size_t parent)
{
	struct group *parts;
	size_t n = split(placing, whole, parent, &parts), merged = choose_merged(placing, parts, n);
	/* The last path is longer than the parent, unless it is alone. */
	const char *path = placing->request->names[placing->order[whole->first + whole->n - 1]];

	for (size_t i = merged; i < n; i++) {
		if (parts[i].n > 1) {
			place(placing, &parts[i], next_part(parts[i].name, parent) + 1);
			continue;
		}
		add_row(placing, &parts[i], placing->rows->n);
		placing->rows->names[placing->rows->n++] = parts[i].name;
	}
	if (merged > 0)
		add_merged(placing, parts, merged, path, parent);
	free(parts);
}

/* The graph of two tables whose margins are known: a node for each row of both. An edge leads from a
 * row of the other table where a user of the cell could hold the state and does not, and back where one
 * does. A user's state can be inferred where the two rows of the cell lie in different strong components:
 * else there is another assignment of states that gives the same tables (Gusfield 1988). */
struct graph {
	size_t n, n_edges;
	size_t *first, *next, *to; /* of each node: its first edge; of each edge: the next one */
	size_t *index, *low, *component, *stack, *path, *edge;
	size_t n_found, n_stacked, n_components;
};

static void
add_edge(struct graph *graph, size_t from, size_t to)
{
	size_t edge = graph->n_edges++;

	graph->to[edge] = to;
	graph->next[edge] = graph->first[from];
	graph->first[from] = edge;
}

static struct graph
new_graph(const struct placing *placing, const struct fil_group_crossing *crossing)
{
	size_t n = placing->rows->n + crossing->n_rows, most = 2 * crossing->n_cells;
	struct graph graph = { .n = n,
		.first = fil_alloc(n, sizeof(size_t)),
		.next = fil_alloc(most, sizeof(size_t)),
		.to = fil_alloc(most, sizeof(size_t)),
		.index = fil_alloc(n, sizeof(size_t)),
		.low = fil_alloc(n, sizeof(size_t)),
		.component = fil_alloc(n, sizeof(size_t)),
		.stack = fil_alloc(n, sizeof(size_t)),
		.path = fil_alloc(n, sizeof(size_t)),
		.edge = fil_alloc(n, sizeof(size_t)) };

	for (size_t i = 0; i < n; i++)
		graph.first[i] = graph.index[i] = graph.component[i] = FIL_NOWHERE;
	for (size_t i = 0; i < crossing->n_cells; i++) {
		const struct fil_group_cell *cell = &crossing->cells[i];
		size_t row = placing->rows->into[cell->group], other = placing->rows->n + cell->row;

		if (cell->holding < cell->users)
			add_edge(&graph, other, row);
		if (cell->holding > 0)
			add_edge(&graph, row, other);
	}
	return graph;
}

static void
free_graph(const struct graph *graph)
{
	free(graph->first);
	free(graph->next);
	free(graph->to);
	free(graph->index);
	free(graph->low);
	free(graph->component);
	free(graph->stack);
	free(graph->path);
	free(graph->edge);
}

static void
enter(struct graph *graph, size_t node)
{
	graph->index[node] = graph->low[node] = graph->n_found++;
	graph->stack[graph->n_stacked++] = node;
	graph->edge[node] = graph->first[node];
}

/* Leaves a node: one that no earlier node is reached from ends its component. */
static void
leave(struct graph *graph, size_t node)
{
	size_t member;

	if (graph->low[node] != graph->index[node])
		return;
	do {
		member = graph->stack[--graph->n_stacked];
		graph->component[member] = graph->n_components;
	} while (member != node);
	graph->n_components++;
}

/* Finds the strong components reached from a node (Tarjan 1972), without recursion. */
static void
find_components(struct graph *graph, size_t start)
{
	size_t depth = 0;

	graph->path[depth++] = start;
	enter(graph, start);
	while (depth > 0) {
		size_t node = graph->path[depth - 1], edge = graph->edge[node], to;

		if (edge == FIL_NOWHERE) {
			leave(graph, node);
			if (--depth > 0 && graph->low[node] < graph->low[graph->path[depth - 1]])
				graph->low[graph->path[depth - 1]] = graph->low[node];
			continue;
		}
		graph->edge[node] = graph->next[edge];
		to = graph->to[edge];
		if (graph->index[to] == FIL_NOWHERE) {
			enter(graph, to);
			graph->path[depth++] = to;
		} else if (graph->component[to] == FIL_NOWHERE &&
		    graph->index[to] < graph->low[node]) {
			graph->low[node] = graph->index[to];
		}
	}
}

/* Returns, for each node, whether all users of its row are in the state or none is: one table alone
 * tells these, as it may for many users. The caller frees it. */
static bool *
find_uniform(const struct placing *placing, const struct fil_group_crossing *crossing, size_t n)
{
	size_t *users = fil_alloc(n, sizeof *users), *holding = fil_alloc(n, sizeof *holding);
	bool *uniform = fil_alloc(n, sizeof *uniform);

	for (size_t i = 0; i < crossing->n_cells; i++) {
		const struct fil_group_cell *cell = &crossing->cells[i];
		size_t row = placing->rows->into[cell->group], other = placing->rows->n + cell->row;

		users[row] += cell->users;
		users[other] += cell->users;
		holding[row] += cell->holding;
		holding[other] += cell->holding;
	}
	for (size_t node = 0; node < n; node++)
		uniform[node] = holding[node] == 0 || holding[node] == users[node];
	free(users);
	free(holding);
	return uniform;
}

/* Returns how many users' states can be inferred from both tables together, and marks the rows of the
 * other table from which some can. */
static size_t
count_told(const struct placing *placing, const struct fil_group_crossing *crossing, bool *telling)
{
	struct graph graph = new_graph(placing, crossing);
	bool *uniform = find_uniform(placing, crossing, graph.n);
	size_t told = 0;

	for (size_t node = 0; node < graph.n; node++)
		if (graph.index[node] == FIL_NOWHERE)
			find_components(&graph, node);
	for (size_t i = 0; i < crossing->n_cells; i++) {
		const struct fil_group_cell *cell = &crossing->cells[i];
		size_t row = placing->rows->into[cell->group], other = placing->rows->n + cell->row;

		if (uniform[row] || uniform[other] ||
		    graph.component[row] == graph.component[other])
			continue;
		told += cell->users;
		if (telling)
			telling[cell->row] = true;
	}
	free(uniform);
	free_graph(&graph);
	return told;
}

/* Places all groups again. Returns how many users' states this table and the others tell, and marks
 * the rows of the others that tell some: those of the first table, then of the next. */
static size_t
place_again(struct placing *placing, const struct group *whole, bool *telling)
{
	const struct fil_group_rows_request *request = placing->request;
	size_t told = 0;

	placing->rows->n = 0;
	placing->rows->why = 0;
	place(placing, whole, 0);
	for (size_t i = 0; i < request->n_crossings; i++) {
		told += count_told(placing, &request->crossings[i], telling);
		telling = telling ? telling + request->crossings[i].n_rows : NULL;
	}
	return told;
}

/* So many groups are tried in one step. */
enum { MOST_TRIED = 32 };

/* Adds the groups of a table's cells that have a row of their own to the list: with telling, only those
 * that share a row with a user whose state can be inferred. */
static size_t
add_candidates(const struct placing *placing, const struct fil_group_crossing *crossing,
    const bool *telling, bool *seen, size_t n, size_t list[static MOST_TRIED])
{
	for (size_t i = 0; i < crossing->n_cells && n < MOST_TRIED; i++) {
		const struct fil_group_cell *cell = &crossing->cells[i];
		const char *row = placing->rows->names[placing->rows->into[cell->group]];

		if ((telling && !telling[cell->row]) || seen[cell->group] ||
		    fil_group_merged(row) == 0)
			continue;
		seen[cell->group] = true;
		list[n++] = cell->group;
	}
	return n;
}

/* Fills in groups with a row of their own: first those that share a row with a user whose state can
 * be inferred. Returns how many. */
static size_t
find_candidates(const struct placing *placing, const bool *telling, size_t list[static MOST_TRIED])
{
	const struct fil_group_rows_request *request = placing->request;
	bool *seen = fil_alloc(request->n, sizeof *seen);
	size_t n = 0;

	for (size_t i = 0; i < request->n_crossings; i++) {
		n = add_candidates(placing, &request->crossings[i], telling, seen, n, list);
		telling += request->crossings[i].n_rows;
	}
	for (size_t i = 0; i < request->n_crossings; i++)
		n = add_candidates(placing, &request->crossings[i], NULL, seen, n, list);
	free(seen);
	return n;
}

/* Merges the group that leaves the fewest states to be inferred; of several, the smallest. */
static void
merge_best(struct placing *placing, const struct group *whole, const size_t *list, size_t n)
{
	const size_t *users = placing->request->users;
	size_t best = list[0], least = FIL_NOWHERE;

	for (size_t i = 0; i < n; i++) {
		size_t told;

		placing->forced[list[i]] = true;
		told = place_again(placing, whole, NULL);
		placing->forced[list[i]] = false;
		if (told > least || (told == least && users[list[i]] >= users[best]))
			continue;
		least = told;
		best = list[i];
	}
	placing->forced[best] = true;
}

/* Merges groups until this table and each of the others tell the state of no user. */
static void
hold_against(struct placing *placing, const struct group *whole)
{
	const struct fil_group_rows_request *request = placing->request;
	size_t list[MOST_TRIED], n, n_rows = 0;
	bool *telling;

	for (size_t i = 0; i < request->n_crossings; i++)
		n_rows += request->crossings[i].n_rows;
	telling = fil_alloc(n_rows, sizeof *telling);
	placing->forced = fil_alloc(request->n, sizeof *placing->forced);
	while (place_again(placing, whole, telling) > 0 &&
	    (n = find_candidates(placing, telling, list)) > 0) {
		merge_best(placing, whole, list, n);
		memset(telling, 0, n_rows * sizeof *telling);
	}
	free(telling);
	free(placing->forced);
}

/* A row while the rows are sorted. */
struct row {
	const char *name;
	size_t number;
};

static int
by_name(const void *left, const void *right)
{
	return compare_names(((const struct row *)left)->name, ((const struct row *)right)->name);
}

static void
sort_rows(struct fil_group_rows *rows, size_t n_groups)
{
	struct row *list = fil_alloc(rows->n, sizeof *list);
	size_t *places = fil_alloc(rows->n, sizeof *places);

	for (size_t i = 0; i < rows->n; i++)
		list[i] = (struct row){ rows->names[i], i };
	qsort(list, rows->n, sizeof *list, by_name);
	for (size_t i = 0; i < rows->n; i++) {
		places[list[i].number] = i;
		rows->names[i] = list[i].name;
	}
	for (size_t g = 0; g < n_groups; g++)
		if (rows->into[g] != FIL_NOWHERE)
			rows->into[g] = places[rows->into[g]];
	free(list);
	free(places);
}

/* Fills in the groups that have a row, in the order of their paths. Returns them as one. */
static struct group
order_groups(struct placing *placing)
{
	const struct fil_group_rows_request *request = placing->request;
	struct group whole = { .n = 0 };

	for (size_t g = 0; g < request->n; g++) {
		placing->rows->into[g] = FIL_NOWHERE;
		if (request->by == FIL_BY_NONE || request->users[g] > 0 ||
		    (request->others && request->others[g] > 0))
			placing->order[whole.n++] = g;
	}
	if (request->by != FIL_BY_NONE)
		qsort_r(placing->order, whole.n, sizeof *placing->order, by_path,
		    (void *)(uintptr_t)request);
	if (whole.n > 0)
		weigh(placing, &whole);
	return whole;
}

void
fil_group_rows_init(struct fil_group_rows *rows, const struct fil_group_rows_request *request)
{
	struct placing placing;
	struct group whole;

	*rows = (struct fil_group_rows){ .names = fil_alloc(request->n, sizeof *rows->names),
		.into = fil_alloc(request->n, sizeof *rows->into) };
	placing = (struct placing){ request, rows, fil_alloc(request->n, sizeof(size_t)), NULL };
	whole = order_groups(&placing);
	if (whole.n > 0 && request->narrowed && whole.users > 0)
		rows->hidden = !can_be_shown(&placing, &whole, 1);
	if (request->by == FIL_BY_NONE) {
		rows->n = 1;
		rows->names[0] = request->names[0];
		for (size_t g = 0; g < request->n; g++)
			rows->into[g] = 0;
	} else {
		if (whole.n > 0 && request->n_crossings > 0)
			hold_against(&placing, &whole);
		else if (whole.n > 0)
			place(&placing, &whole, 0);
		sort_rows(rows, request->n);
	}
	free(placing.order);
}

void
fil_group_rows_release(struct fil_group_rows *rows)
{
	for (size_t i = 0; i < rows->n_made; i++)
		free(rows->made[i]);
	free(rows->made);
	free(rows->names);
	free(rows->into);
	*rows = (struct fil_group_rows){ 0 };
}

/* A row while it is sorted. */
struct placed {
	struct fil_thing_row row;
	size_t number;
};

static int
by_row(const void *left, const void *right)
{
	const struct placed *a = left, *b = right;
	int order = compare_names(a->row.group, b->row.group);

	if (order != 0)
		return order;
	return a->row.thing < b->row.thing ? -1 : a->row.thing > b->row.thing;
}

/* Adds the rows of a thing to the placed ones. */
static void
place_thing(struct fil_thing_rows *rows, const struct fil_group_rows_request *request, size_t thing,
    struct placed *placed)
{
	struct fil_group_rows_request of_thing = *request;
	size_t *into = &rows->into[thing * request->n];
	struct fil_group_rows merged;

	of_thing.users += thing * request->n;
	of_thing.others = NULL;
	fil_group_rows_init(&merged, &of_thing);
	for (size_t g = 0; g < request->n; g++)
		into[g] = merged.into[g] == FIL_NOWHERE ? FIL_NOWHERE : rows->n + merged.into[g];
	for (size_t i = 0; i < merged.n; i++, rows->n++)
		placed[rows->n] = (struct placed){ { fil_copy(merged.names[i]), thing }, rows->n };
	fil_group_rows_release(&merged);
}

void
fil_thing_rows_init(
    struct fil_thing_rows *rows, const struct fil_group_rows_request *request, size_t n_things)
{
	size_t n = n_things * request->n, *order = fil_alloc(n, sizeof *order);
	struct placed *placed = fil_alloc(n, sizeof *placed);

	*rows = (struct fil_thing_rows){ .into = fil_alloc(n, sizeof *rows->into) };
	for (size_t thing = 0; thing < n_things; thing++)
		place_thing(rows, request, thing, placed);
	qsort(placed, rows->n, sizeof *placed, by_row);
	rows->rows = fil_alloc(rows->n, sizeof *rows->rows);
	for (size_t i = 0; i < rows->n; i++) {
		rows->rows[i] = placed[i].row;
		order[placed[i].number] = i;
	}
	for (size_t i = 0; i < n; i++)
		if (rows->into[i] != FIL_NOWHERE)
			rows->into[i] = order[rows->into[i]];
	free(placed);
	free(order);
}

void
fil_thing_rows_release(struct fil_thing_rows *rows)
{
	for (size_t i = 0; i < rows->n; i++)
		free(rows->rows[i].group);
	free(rows->rows);
	free(rows->into);
	*rows = (struct fil_thing_rows){ 0 };
}
