# `make derive` and `make test` need Python 3.11 or newer with pip and venv, and nothing else; `make outputs` needs pdflatex too.
PYTHON ?= python3
VENV ?= .venv
OUT ?= outputs
BIN := $(VENV)/bin
# --build-constraint would say the same to pip 25.3 and newer, but older ones don't know it.
PIP := PIP_CONSTRAINT=constraints.txt PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip --quiet
SOURCES := pyproject.toml constraints.txt README.md LICENSE $(shell find bptt_sym -type f -not -name '*.pyc')

.DELETE_ON_ERROR:
.PHONY: derive test fuzz lint outputs pictures bench clean

derive: $(VENV)/installed
	mkdir -p $(OUT)
	$(BIN)/bptt-sym derive -o $(OUT)/derivation.tex
	$(BIN)/bptt-sym derive --format text

test: $(VENV)/installed-test
	cd tests && PYTHONSAFEPATH=1 $(abspath $(BIN))/python -m pytest --installed --numprocesses auto --maxprocesses 8 $(ARGS)

fuzz: $(VENV)/installed-test
	cd tests && BPTT_SYM_FUZZ=20 PYTHONSAFEPATH=1 $(abspath $(BIN))/python -m pytest --installed test_properties.py $(ARGS)

lint: $(VENV)/installed-lint
	$(BIN)/ruff check
	$(BIN)/mypy

# `check` ends with 1, since the example is a wrong one.
outputs: $(VENV)/installed-notebook $(VENV)/installed-plot
	mkdir -p $(OUT)
	$(BIN)/bptt-sym derive -o $(OUT)/derivation.tex
	$(BIN)/bptt-sym derive --format pdf -o $(OUT)/derivation.pdf
	$(BIN)/bptt-sym derive --format html -o $(OUT)/derivation.html
	$(BIN)/bptt-sym derive --format markdown -o $(OUT)/derivation.md
	$(BIN)/bptt-sym derive --format ipynb -o $(OUT)/derivation.ipynb
	$(BIN)/bptt-sym draw -o $(OUT)/graph.svg
	$(BIN)/bptt-sym plot flow --steps 50 -o $(OUT)/flow.png
	$(BIN)/bptt-sym check examples/learner.tex --format html -o $(OUT)/learner.html; test $$? -eq 1
	$(BIN)/bptt-sym verify --numeric --json > $(OUT)/numeric.json.part
	mv $(OUT)/numeric.json.part $(OUT)/numeric.json

# The pictures of the README; they need Chromium and its driver.
pictures: $(VENV)/installed-browser $(VENV)/installed-plot
	$(BIN)/python docs/pictures/take.py $(BIN)/bptt-sym

bench: $(VENV)/installed-bench
	cd benchmarks && for program in *.py; do PYTHONSAFEPATH=1 $(abspath $(BIN))/python "$$program" || exit 1; done

# The wheel, not the tree, is what gets installed: what it lacks shows.
$(VENV)/installed: $(SOURCES)
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	rm -rf dist
	$(PIP) wheel --no-deps --wheel-dir dist .
	$(PIP) uninstall --yes bptt-sym
	$(PIP) install dist/bptt_sym-*.whl
	rm -f $(VENV)/installed-*
	touch $@

$(VENV)/installed-%: $(VENV)/installed
	$(PIP) install "$$(echo dist/bptt_sym-*.whl)[$*]"
	touch $@

clean:
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
