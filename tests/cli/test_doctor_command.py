"""``soul doctor`` prints settings and findings, as text and as JSON, and ends with a code."""

import json
from pathlib import Path

from tests.cli.soul_process import Soul

SECRET = "sk-hunter2hunter2hunter2"


def test_a_sound_machine_ends_with_0_and_a_list_of_all_settings(soul: Soul) -> None:
    result = soul("doctor", "--json", PORT="0")
    assert result.returncode == 0, result.stdout
    told = json.loads(result.stdout)
    assert told["sound"] is True
    rows = {row["name"]: row for row in told["settings"]}
    assert rows["PORT"] == {"name": "PORT", "value": "0", "source": "environment"}
    assert rows["LLM_TIMEOUT"] == {"name": "LLM_TIMEOUT", "value": "60.0", "source": "default"}
    assert result.stderr == ""


def test_what_is_wrong_is_printed_with_a_mend_and_no_secret(soul: Soul, tmp_path: Path) -> None:
    lines = f"DEEPSEEK_API_KEY={SECRET}\nOPENAI_APIKEY={SECRET}\nLLM_TIMEOUT=2 s\nPORT=0\n"
    (tmp_path / ".env").write_text(lines)
    (tmp_path / ".env").chmod(0o600)
    result = soul("doctor", DEEPSEEK_BASE_URL="http://127.0.0.1:9")
    assert result.returncode == 1
    assert "DEEPSEEK_API_KEY       set  (.env line 1)" in result.stdout
    assert "LLM_TIMEOUT (.env line 3): write a number without a unit" in result.stdout
    assert "did you mean OPENAI_API_KEY?" in result.stdout
    assert "WRONG model: deepseek/deepseek-chat: model_unreachable" in result.stdout
    assert result.stdout.endswith("3 to mend\n")
    assert SECRET not in result.stdout + result.stderr
